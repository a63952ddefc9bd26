/* The system calls of a relay and nothing else, as fast as plain C does them, 64 datagrams a call: the yardstick of the `relay` table. A datagram of
   three bytes, 'r' and a pair and a side, makes its sender that side of that pair, and comes back. All else goes to the other side of its sender's pair.
   relay-serve PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, ROOM = 4096, PAIRS = 256 };

static struct mmsghdr received[BATCH], queued[BATCH];
static struct iovec in[BATCH], out[BATCH];
static struct sockaddr_in clients[BATCH], legs[PAIRS][2];
static uint8_t bytes[BATCH][ROOM];
static uint16_t leg_of[65536]; /* by port: 1 + 2 * pair + side */

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
            in[i] = (struct iovec){ bytes[i], ROOM };
            received[i].msg_hdr = (struct msghdr){ .msg_name = &clients[i], .msg_namelen = sizeof clients[i], .msg_iov = &in[i], .msg_iovlen = 1 };
        }

        int count = recvmmsg(s, received, BATCH, MSG_WAITFORONE, NULL), length = 0;
        for (int i = 0; i < count; i++)
        {
            struct sockaddr_in *to = &clients[i];
            uint16_t *leg = &leg_of[ntohs(to->sin_port)];
            if (received[i].msg_len == 3 && bytes[i][0] == 'r')
            {
                *leg = (uint16_t)(1 + 2 * bytes[i][1] + (bytes[i][2] & 1));
                legs[bytes[i][1]][bytes[i][2] & 1] = *to;
            }
            else if (*leg == 0) { continue; }
            else { to = &legs[(*leg - 1) / 2][1 - (*leg - 1) % 2]; }

            out[length] = (struct iovec){ bytes[i], received[i].msg_len };
            queued[length++].msg_hdr = (struct msghdr){ .msg_name = to, .msg_namelen = sizeof *to, .msg_iov = &out[length - 1], .msg_iovlen = 1 };
        }

        for (int sent = 0; sent < length;)
        {
            int result = sendmmsg(s, queued + sent, (unsigned)(length - sent), 0);
            sent += result > 0 ? result : 1;
        }
    }
}
