/* The system calls of a rendezvous server and nothing else, as fast as plain C does them, 64 datagrams a call: the yardstick of the `rooms` table.
   It takes joins of 1200 bytes and sends answers and words of the right length and type, but keeps no rooms, checks nothing and computes no checksums.
   rooms-serve PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 4096, JOIN = 1200, PARTY_AT = 44, CHALLENGE = 72, KEPT = 48, INTRODUCED = 300, TOLD = 264, LONGEST = 300 };

static struct mmsghdr received[BATCH], queued[2 * BATCH];
static struct iovec in[BATCH], out[2 * BATCH];
static struct sockaddr_in clients[BATCH], waiting;
static uint8_t requests[BATCH][ROOM], replies[2 * BATCH][LONGEST];
static int queue_length;

static void queue(const uint8_t *request, unsigned type, size_t length, struct sockaddr_in *to)
{
    static const uint8_t nonce[4] = { 0x00, 0x15, 0, 20 };
    uint8_t *reply = replies[queue_length];
    memset(reply, 0, length);
    reply[0] = (uint8_t)(type >> 8);
    reply[1] = (uint8_t)type;
    reply[3] = (uint8_t)((length - 20) & 0xFF);
    reply[2] = (uint8_t)((length - 20) >> 8);
    memcpy(reply + 4, request + 4, 16);
    if (length == CHALLENGE) { memcpy(reply + 40, nonce, sizeof nonce); }

    out[queue_length] = (struct iovec){ reply, length };
    queued[queue_length].msg_hdr = (struct msghdr){ .msg_name = to, .msg_namelen = sizeof *to, .msg_iov = &out[queue_length], .msg_iovlen = 1 };
    queue_length++;
}

static void answer(const uint8_t *request, struct sockaddr_in *client)
{
    switch (request[PARTY_AT])
    {
        case 1:
            waiting = *client;
            queue(request, 0x03C0, KEPT, client);
            break;
        case 2:
            queue(request, 0x03C0, INTRODUCED, client);
            queue(request, 0x02D1, TOLD, &waiting);
            break;
        default:
            queue(request, 0x03D0, CHALLENGE, client);
            break;
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) { return 2; }

    int s = socket(AF_INET, SOCK_DGRAM, 0);
    int buffer = 4 << 20;
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(s, (struct sockaddr *)&local, sizeof local) != 0) { return 3; }

    for (;;)
    {
        for (int i = 0; i < BATCH; i++)
        {
            in[i] = (struct iovec){ requests[i], ROOM };
            received[i].msg_hdr = (struct msghdr){ .msg_name = &clients[i], .msg_namelen = sizeof clients[i], .msg_iov = &in[i], .msg_iovlen = 1 };
        }

        int count = recvmmsg(s, received, BATCH, MSG_WAITFORONE, NULL);
        queue_length = 0;
        for (int i = 0; i < count; i++)
        {
            if (received[i].msg_len == JOIN) { answer(requests[i], &clients[i]); }
        }

        for (int sent = 0; sent < queue_length;)
        {
            int result = sendmmsg(s, queued + sent, (unsigned)(queue_length - sent), 0);
            sent += result > 0 ? result : 1;
        }
    }
}
