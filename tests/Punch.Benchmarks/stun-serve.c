/* Answers Binding requests as fast as plain C can, 64 datagrams a system call: the yardstick of the `stun` table.
   stun-serve PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 4096, REQUEST = 20, ANSWER = 32 };

static const uint8_t cookie[4] = { 0x21, 0x12, 0xA4, 0x42 };

static int answer(const uint8_t *request, unsigned length, const struct sockaddr_in *client, uint8_t *reply)
{
    if (length < REQUEST || request[0] != 0 || request[1] != 1 || memcmp(request + 4, cookie, 4) != 0) { return 0; }

    const uint8_t head[] = { 0x01, 0x01, 0, ANSWER - REQUEST };
    const uint8_t attribute[] = { 0x00, 0x20, 0, 8, 0, 1 };
    memcpy(reply, head, 4);
    memcpy(reply + 4, request + 4, 16);
    memcpy(reply + 20, attribute, 6);
    const uint8_t *port = (const uint8_t *)&client->sin_port;
    const uint8_t *host = (const uint8_t *)&client->sin_addr;
    for (int i = 0; i < 2; i++) { reply[26 + i] = port[i] ^ cookie[i]; }
    for (int i = 0; i < 4; i++) { reply[28 + i] = host[i] ^ cookie[i]; }
    return 1;
}

int main(int argc, char **argv)
{
    static struct mmsghdr received[BATCH], queued[BATCH];
    static struct iovec in[BATCH], out[BATCH];
    static struct sockaddr_in clients[BATCH];
    static uint8_t requests[BATCH][ROOM], replies[BATCH][ANSWER];
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
        int answers = 0;
        for (int i = 0; i < count; i++)
        {
            if (!answer(requests[i], received[i].msg_len, &clients[i], replies[answers])) { continue; }

            out[answers] = (struct iovec){ replies[answers], ANSWER };
            queued[answers].msg_hdr = (struct msghdr){ .msg_name = &clients[i], .msg_namelen = sizeof clients[i], .msg_iov = &out[answers], .msg_iovlen = 1 };
            answers++;
        }

        for (int sent = 0; sent < answers;)
        {
            int result = sendmmsg(s, queued + sent, (unsigned)(answers - sent), 0);
            sent += result > 0 ? result : 1;
        }
    }
}
