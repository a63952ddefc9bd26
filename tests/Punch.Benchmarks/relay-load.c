/* Has a relay forward as fast as it does: PAIRS pairs of sockets, of which the first sends datagrams of 1200 bytes, WINDOW on the way each, and the
   second counts what arrives. It finds out what serves: the C loop (relay-serve.c), TURN without credentials (Allocate, ChannelBind, ChannelData to a
   plain socket), or punch serve (join and bind). Bursts leave in segmented datagrams (UDP_SEGMENT), and arrive in one piece where the kernel can
   (UDP_GRO), so that this side is not the one that is measured. It prints how many arrived a second after a short start, how many were sent anew
   because nothing came, and how many arrived in all.
   relay-load PORT SECONDS PAIRS WINDOW
   With a RATE it sends that many a second instead, in bursts of 16 at even times and WINDOW aside, and prints how many microseconds half of
   the datagrams took at most, and 99 of 100, and how many of 1000 never came.
   relay-load PORT SECONDS PAIRS WINDOW RATE */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST = 256, LENGTH = 1200, AT_ONCE = 16, MOST_AT_ONCE = 48, JOIN = 1200, BIND = 160, NONCE = 20, ROOM = 2048, BATCH = 16, WHOLE = 65536 };
enum { STAMP_AT = 8, LONGEST = 1000000, LATE = 100000 };
enum { UDP_LEVEL = 17, UDP_SEGMENT_OPTION = 103, UDP_GRO_OPTION = 104 };

static struct sockaddr_in server;
static int senders[MOST], receivers[MOST];
static uint8_t frames[MOST_AT_ONCE][LENGTH], answer[ROOM];
static int answer_length;
static size_t arriving = LENGTH;
static uint32_t took[LONGEST + 1]; /* by microseconds */
static uint32_t run; /* rooms of an earlier run still have its seats */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static size_t put(uint8_t *message, size_t at, unsigned type, const void *value, size_t length)
{
    uint8_t *m = message + at;
    m[0] = (uint8_t)(type >> 8);
    m[1] = (uint8_t)type;
    m[2] = (uint8_t)(length >> 8);
    m[3] = (uint8_t)length;
    if (value != NULL) { memcpy(m + 4, value, length); }

    return at + 4 + ((length + 3) & ~(size_t)3);
}

static void begin(uint8_t *message, unsigned type, size_t length)
{
    static uint32_t ids;
    memset(message, 0, length);
    put(message, 0, type, NULL, length - 20);
    memcpy(message + 4, "\x21\x12\xA4\x42", 4);
    ids++;
    memcpy(message + 8, &ids, sizeof ids);
}

static void sign(uint8_t *message, size_t length)
{
    uint32_t c = ~0u;
    for (size_t i = 0; i < length - 8; i++)
    {
        c ^= message[i];
        for (int bit = 0; bit < 8; bit++) { c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1; }
    }

    c = ~c ^ 0x5354554E;
    put(message, length - 8, 0x8028, NULL, 4);
    for (int i = 0; i < 4; i++) { message[length - 4 + i] = (uint8_t)(c >> (24 - 8 * i)); }
}

/* Asks until something comes back that begins like this. */
static int ask(int s, const uint8_t *request, size_t length, uint8_t first, uint8_t second, int attempts)
{
    for (int attempt = 0; attempt < attempts; attempt++)
    {
        if (send(s, request, length, 0) < 0) { continue; }

        while ((answer_length = (int)recv(s, answer, sizeof answer, 0)) > 0)
        {
            if (answer[0] == first && (answer_length < 3 || answer[1] == second)) { return 1; }
        }
    }

    return 0;
}

static const uint8_t *value_of(unsigned type)
{
    for (int at = 20; at + 4 <= answer_length; at += 4 + ((answer[at + 2] << 8 | answer[at + 3]) + 3) / 4 * 4)
    {
        if ((unsigned)(answer[at] << 8 | answer[at + 1]) == type) { return answer + at + 4; }
    }

    return NULL;
}

static void join_and_bind(int s, int pair, int side)
{
    uint8_t message[JOIN], room[16], name[16], sealed[64] = { 1 }, nonce[NONCE];
    memset(room, 0x50, sizeof room);
    room[0] = (uint8_t)pair;
    memcpy(room + 1, &run, sizeof run);
    memset(name, 1 + side, sizeof name);
    for (int has_nonce = 0; has_nonce < 2; has_nonce++)
    {
        begin(message, 0x02C0, JOIN);
        size_t at = put(message, 20, 0xFF60, room, sizeof room);
        at = put(message, at, 0xFF61, name, sizeof name);
        at = put(message, at, 0xFF62, sealed, sizeof sealed);
        if (has_nonce) { at = put(message, at, 0x0015, nonce, NONCE); }

        uint32_t day = (uint32_t)(time(NULL) / 86400);
        uint8_t days[4] = { (uint8_t)(day >> 24), (uint8_t)(day >> 16), (uint8_t)(day >> 8), (uint8_t)day };
        at = put(message, at, 0xFF66, days, sizeof days);
        put(message, at, 0xFF50, NULL, JOIN - 8 - 4 - at);
        sign(message, JOIN);
        /* the first is refused with 438, or answered with the other party: both bring a nonce */
        if (!ask(s, message, JOIN, 0x03, has_nonce || side == 1 ? 0xC0 : 0xD0, 20)) { fail("no answer to a join"); }

        if (has_nonce) { continue; }

        const uint8_t *given = value_of(0x0015);
        if (given == NULL) { fail("no nonce"); }

        memcpy(nonce, given, NONCE);
    }

    begin(message, 0x02C2, BIND);
    size_t at = put(message, 20, 0xFF60, room, sizeof room);
    at = put(message, at, 0xFF61, name, sizeof name);
    at = put(message, at, 0x0015, nonce, NONCE);
    put(message, at, 0xFF50, NULL, BIND - 8 - 4 - at);
    sign(message, BIND);
    if (!ask(s, message, BIND, 0x03, 0xC2, 20)) { fail("a bind was refused"); }
}

/* The channel's header is in front of each frame, and its payload goes to the other socket, which coturn knows by its address alone. */
static void bind_channel(int s, int receiver)
{
    uint8_t message[64];
    static const uint8_t channel[4] = { 0x40, 0x00, 0, 0 };
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    if (getsockname(receiver, (struct sockaddr *)&peer, &length) != 0) { fail("getsockname"); }

    uint32_t host = ntohl(peer.sin_addr.s_addr) ^ 0x2112A442;
    uint16_t port = ntohs(peer.sin_port) ^ 0x2112;
    uint8_t address[8] = { 0, 1, (uint8_t)(port >> 8), (uint8_t)port, (uint8_t)(host >> 24), (uint8_t)(host >> 16), (uint8_t)(host >> 8), (uint8_t)host };
    begin(message, 0x0009, 40);
    size_t at = put(message, 20, 0x000C, channel, sizeof channel);
    put(message, at, 0x0012, address, sizeof address);
    if (!ask(s, message, 40, 0x01, 0x09, 20)) { fail("no channel"); }
}

static int ask_to_allocate(int s, uint8_t second, int attempts)
{
    uint8_t message[28];
    static const uint8_t udp[4] = { 17, 0, 0, 0 };
    begin(message, 0x0003, 28);
    put(message, 20, 0x0019, udp, sizeof udp);
    return ask(s, message, 28, 0x01, second, attempts);
}

static int allocate(int s, int attempts)
{
    return ask_to_allocate(s, 0x03, attempts);
}

/* A port that had an allocation in an earlier run has it still: only TURN refuses with 437 (Allocation Mismatch). */
static int speaks_turn(int s)
{
    if (allocate(s, 2)) { return 1; }

    if (!ask_to_allocate(s, 0x13, 1)) { return 0; }

    const uint8_t *code = value_of(0x0009);
    return code != NULL && code[2] == 4 && code[3] == 37;
}

static int new_socket(int is_connected)
{
    int s = socket(AF_INET, SOCK_DGRAM, 0), buffer = 4 << 20, on = 1;
    struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { .tv_usec = 200000 };
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (bind(s, (struct sockaddr *)&local, sizeof local) != 0) { fail("bind"); }

    if (is_connected && connect(s, (struct sockaddr *)&server, sizeof server) != 0) { fail("connect"); }

    if (!is_connected) { setsockopt(s, UDP_LEVEL, UDP_GRO_OPTION, &on, sizeof on); }

    return s;
}

static void open_all(int pairs)
{
    int probe = new_socket(1), segment = LENGTH, on = 1;
    uint8_t hello[3] = { 'r', 255, 0 };
    int is_c = ask(probe, hello, sizeof hello, 'r', 255, 2), is_turn = !is_c && speaks_turn(probe);
    memset(frames, 0x5A, sizeof frames);
    for (int i = 0; i < MOST_AT_ONCE; i++)
    {
        frames[i][0] = is_turn ? 0x40 : 0x80;
        if (is_turn) { put(frames[i], 0, 0x4000, NULL, LENGTH - 4); }
    }

    arriving = is_turn ? LENGTH - 4 : LENGTH;
    for (int i = 0; i < pairs; i++)
    {
        senders[i] = new_socket(1);
        receivers[i] = new_socket(!is_turn);
        if (is_turn)
        {
            /* A port of an earlier run has its allocation still, and is refused. */
            for (int attempt = 0; !allocate(senders[i], 2); attempt++)
            {
                if (attempt == 10) { fail("no allocation"); }

                senders[i] = new_socket(1);
            }

            bind_channel(senders[i], receivers[i]);
        }
        else
        {
            for (int side = 0; side < 2; side++)
            {
                int s = side == 0 ? senders[i] : receivers[i];
                uint8_t pair[3] = { 'r', (uint8_t)i, (uint8_t)side };
                if (!is_c) { join_and_bind(s, i, side); }
                else if (!ask(s, pair, sizeof pair, 'r', (uint8_t)i, 20)) { fail("no pair"); }
            }
        }

        setsockopt(receivers[i], UDP_LEVEL, UDP_GRO_OPTION, &on, sizeof on);
        if (setsockopt(senders[i], UDP_LEVEL, UDP_SEGMENT_OPTION, &segment, sizeof segment) != 0) { fail("UDP_SEGMENT"); }
    }
}

static void launch(int i, int amount)
{
    while (amount > 0)
    {
        int part = amount < MOST_AT_ONCE ? amount : MOST_AT_ONCE;
        if (send(senders[i], frames, (size_t)part * LENGTH, 0) < 0) { fail("send"); }

        amount -= part;
    }
}

static int take(int i)
{
    static uint8_t start[BATCH][WHOLE];
    static struct iovec vectors[BATCH];
    static struct mmsghdr batch[BATCH];
    for (int b = 0; b < BATCH; b++)
    {
        vectors[b] = (struct iovec){ start[b], WHOLE };
        batch[b].msg_hdr = (struct msghdr){ .msg_iov = &vectors[b], .msg_iovlen = 1 };
    }

    int received = recvmmsg(receivers[i], batch, BATCH, MSG_DONTWAIT, NULL), taken = 0;
    for (int b = 0; b < received; b++)
    {
        if (batch[b].msg_len % arriving == 0) { taken += (int)(batch[b].msg_len / arriving); }
    }

    return taken;
}

static uint64_t microseconds(void)
{
    return (uint64_t)(now() * 1e6);
}

/* Counts what has arrived by the time that it took. */
static int measure(int i)
{
    static uint8_t start[WHOLE];
    int received = (int)recv(receivers[i], start, WHOLE, MSG_DONTWAIT), taken = 0;
    uint64_t t = microseconds(), sent;
    for (int at = 0; at + (int)arriving <= received; at += (int)arriving)
    {
        memcpy(&sent, start + at + STAMP_AT, sizeof sent);
        took[t - sent < LONGEST ? t - sent : LONGEST]++;
        taken++;
    }

    return taken;
}

static int within(double share, long long all)
{
    long long sum = 0;
    int limit = 0;
    while (limit < LONGEST && (sum += took[limit]) < share * (double)all) { limit++; }

    return limit;
}

static int pace(double seconds, int pairs, double rate)
{
    double step = AT_ONCE * 1e6 / rate;
    uint64_t start = microseconds(), end = start + (uint64_t)(seconds * 1e6), t = start;
    double due = (double)start;
    long long sent = 0, arrived = 0;
    size_t stamp_at = (size_t)(LENGTH - (int)arriving) + STAMP_AT;
    for (int pair = 0; t < end + LATE; t = microseconds())
    {
        if ((double)t >= due && t < end)
        {
            for (int i = 0; i < AT_ONCE; i++) { memcpy(frames[i] + stamp_at, &t, sizeof t); }

            launch(pair, AT_ONCE);
            sent += AT_ONCE;
            pair = (pair + 1) % pairs;
            due += step;
        }

        for (int i = 0; i < pairs; i++) { arrived += measure(i); }
    }

    printf("%d %d %lld\n", within(0.5, arrived), within(0.99, arrived), (sent - arrived) * 1000 / sent);
    return arrived > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 5 && argc != 6) { return 2; }

    server = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    double seconds = atof(argv[2]);
    int pairs = atoi(argv[3]), window = atoi(argv[4]), at_once = window < AT_ONCE ? window : AT_ONCE;
    if (pairs > MOST) { return 2; }

    run = (uint32_t)(now() * 1000);

    open_all(pairs);
    if (argc == 6) { return pace(seconds, pairs, atof(argv[5])); }

    double last[MOST], start = now(), warm = start + 0.2, end = warm + seconds, t = start;
    int due[MOST] = { 0 }, counting = 0;
    long long arrived = 0, lost = 0, early = 0;
    for (int i = 0; i < pairs; i++)
    {
        launch(i, window);
        last[i] = start;
    }

    while ((t = now()) < end)
    {
        if (!counting && t >= warm)
        {
            counting = 1;
            early = arrived;
            arrived = lost = 0;
        }

        for (int i = 0; i < pairs; i++)
        {
            int amount = take(i);
            arrived += amount;
            due[i] += amount;
            if (amount > 0) { last[i] = t; }
            else if (t - last[i] > 0.05)
            {
                lost += window - due[i];
                due[i] = window;
                last[i] = t;
            }

            if (due[i] < at_once) { continue; }

            launch(i, due[i] < window ? due[i] : window);
            due[i] = 0;
        }
    }

    printf("%.0f %lld %lld\n", (double)arrived / (t - warm), lost, early + arrived);
    return arrived > 0 ? 0 : 1;
}
