/* Asks a STUN server as fast as it answers: so many sockets (8, unless told), each with so many requests on the way (64, and no more),
   spinning, every answer checked. Where they are many, they leave 16 or more in one segmented datagram (UDP_SEGMENT), which the kernel takes
   apart again: so this side is not the one that is measured.
   Prints answers a second after a short start, how many requests were sent anew because nothing came, and all answers from the start on.
   stun-load PORT SECONDS [SOCKETS WINDOW] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MAX_SOCKETS = 1024, MAX_WINDOW = 64, AT_ONCE = 16, REQUEST = 20, ROOM = 512, UDP_LEVEL = 17, UDP_SEGMENT_OPTION = 103 };

static const uint8_t head[8] = { 0x00, 0x01, 0, 0, 0x21, 0x12, 0xA4, 0x42 };
static int sockets[MAX_SOCKETS];
static int window = MAX_WINDOW;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void ask(int s, int count)
{
    static uint8_t requests[MAX_WINDOW][REQUEST];
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
    static uint8_t answers[MAX_WINDOW][ROOM];
    static struct iovec vectors[MAX_WINDOW];
    static struct mmsghdr batch[MAX_WINDOW];
    for (int i = 0; i < window; i++)
    {
        vectors[i] = (struct iovec){ answers[i], ROOM };
        batch[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1 };
    }

    int count = recvmmsg(s, batch, (unsigned)window, MSG_DONTWAIT, NULL);
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
    int count = argc == 5 ? atoi(argv[3]) : 8;
    window = argc == 5 ? atoi(argv[4]) : MAX_WINDOW;
    if ((argc != 3 && argc != 5) || count < 1 || count > MAX_SOCKETS || window < 1 || window > MAX_WINDOW) { return 2; }

    int at_once = window < AT_ONCE ? window : AT_ONCE;
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    double last[MAX_SOCKETS];
    int due[MAX_SOCKETS] = { 0 };
    for (int i = 0; i < count; i++)
    {
        sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
        int segment = REQUEST;
        if (setsockopt(sockets[i], UDP_LEVEL, UDP_SEGMENT_OPTION, &segment, sizeof segment) != 0) { perror("UDP_SEGMENT"); return 3; }

        if (connect(sockets[i], (struct sockaddr *)&server, sizeof server) != 0) { return 3; }

        ask(sockets[i], window);
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

        for (int i = 0; i < count; i++)
        {
            int taken = take(sockets[i]);
            if (taken > 0)
            {
                answers += taken;
                due[i] += taken;
                last[i] = t;
            }
            else if (t - last[i] > 0.1)
            {
                /* What was on the way is lost. */
                lost += window - due[i];
                due[i] = window;
                last[i] = t;
            }

            if (due[i] < at_once) { continue; }

            ask(sockets[i], due[i] < window ? due[i] : window);
            due[i] = 0;
        }
    }

    printf("%.0f %lld %lld\n", (double)answers / (end - warm), lost, early + answers);
    return answers > 0 ? 0 : 1;
}
