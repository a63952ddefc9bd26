/* Asks a STUN server as fast as it answers: 8 sockets with 64 requests on the way each, spinning, every answer checked. Requests leave
   16 or more in one segmented datagram (UDP_SEGMENT), which the kernel takes apart again: so this side is not the one that is measured.
   Prints answers a second after a short start, how many requests were sent anew because nothing came, and all answers from the start on.
   stun-load PORT SECONDS */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { SOCKETS = 8, WINDOW = 64, AT_ONCE = 16, REQUEST = 20, ROOM = 512, UDP_LEVEL = 17, UDP_SEGMENT_OPTION = 103 };

static const uint8_t head[8] = { 0x00, 0x01, 0, 0, 0x21, 0x12, 0xA4, 0x42 };
static int sockets[SOCKETS];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void ask(int s, int count)
{
    static uint8_t requests[WINDOW][REQUEST];
    static uint64_t serial;
    for (int i = 0; i < count; i++)
    {
        memcpy(requests[i], head, sizeof head);
        serial++;
        memcpy(requests[i] + 8, &serial, sizeof serial);
    }

    if (send(s, requests, (size_t)count * REQUEST, 0) < 0) { perror("send"); exit(4); }
}

static int take(int s)
{
    static uint8_t answers[WINDOW][ROOM];
    static struct iovec vectors[WINDOW];
    static struct mmsghdr batch[WINDOW];
    for (int i = 0; i < WINDOW; i++)
    {
        vectors[i] = (struct iovec){ answers[i], ROOM };
        batch[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1 };
    }

    int count = recvmmsg(s, batch, WINDOW, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++)
    {
        const uint8_t *a = answers[i];
        if (batch[i].msg_len < 32 || a[0] != 0x01 || a[1] != 0x01 || memcmp(a + 4, head + 4, 4) != 0)
        {
            fprintf(stderr, "a wrong answer\n");
            exit(1);
        }
    }

    return count > 0 ? count : 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) { return 2; }

    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    double last[SOCKETS];
    int due[SOCKETS] = { 0 };
    for (int i = 0; i < SOCKETS; i++)
    {
        sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
        int segment = REQUEST;
        if (setsockopt(sockets[i], UDP_LEVEL, UDP_SEGMENT_OPTION, &segment, sizeof segment) != 0) { perror("UDP_SEGMENT"); return 3; }

        if (connect(sockets[i], (struct sockaddr *)&server, sizeof server) != 0) { return 3; }

        ask(sockets[i], WINDOW);
        last[i] = now();
    }

    long long answers = 0, lost = 0, early = 0;
    double start = now(), warm = start + 0.3, end = warm + atof(argv[2]), t = start;
    for (int counting = 0; (t = now()) < end;)
    {
        if (!counting && t >= warm)
        {
            counting = 1;
            early = answers;
            answers = lost = 0;
        }

        for (int i = 0; i < SOCKETS; i++)
        {
            int count = take(sockets[i]);
            if (count > 0)
            {
                answers += count;
                due[i] += count;
                last[i] = t;
            }
            else if (t - last[i] > 0.1)
            {
                /* What was on the way is lost. */
                lost += WINDOW - due[i];
                due[i] = WINDOW;
                last[i] = t;
            }

            if (due[i] < AT_ONCE) { continue; }

            ask(sockets[i], due[i] < WINDOW ? due[i] : WINDOW);
            due[i] = 0;
        }
    }

    printf("%.0f %lld %lld\n", (double)answers / (end - warm), lost, early + answers);
    return answers > 0 ? 0 : 1;
}
