/* Asks a rendezvous server as fast as it answers, every answer checked: 8 sockets with 64 joins of 1200 bytes on the way each, spinning. Joins leave
   16 or more in one segmented datagram (UDP_SEGMENT), and their checksums are put together from tables, since a CRC is linear: so this side
   is not the one that is measured. Each join has four sealed candidates, that is 200 bytes of SEALED. Each line of its input is a phase:
     fill COUNT SECONDS   a waiting party into each of COUNT rooms, with a nonce; ends when each was answered, or with fewer rooms in time
     again SECONDS        the same parties once more, in turns
     cold SECONDS         from other sockets the other party, without a nonce, to each of these rooms in turns: an answer, and a word to who waits
   For each it prints the answers a second after a short start (fill: of all), how many joins were sent anew because nothing came, all answers from
   the start on, how many words the waiting ones got, and how many rooms there are.
   rooms-load PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { SOCKETS = 8, WINDOW = 64, AT_ONCE = 16, MOST_AT_ONCE = 48, JOIN = 1200, SEALED = 200, NONCE = 20, ROOM = 2048, UDP_LEVEL = 17, UDP_SEGMENT_OPTION = 103 };

/* What differs between the joins of a socket: the number of the room, in the transaction id and in ROOM. */
enum { ID_AT = 8, ROOM_AT = 24, NUMBER = 4 };

enum { WAITING = 1, COMING = 2 };

static int sockets[2 * SOCKETS]; /* of the parties that wait, then of those that come */
static uint8_t templates[2 * SOCKETS][JOIN];
static uint32_t byte_table[256], number_table[2 * NUMBER][256];
static uint32_t count, next_room[SOCKETS], answered_rooms;
static uint8_t *is_answered;
static int is_fill, is_cold;
static long long told;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t crc(const uint8_t *bytes, size_t length)
{
    uint32_t c = ~0u;
    for (size_t i = 0; i < length; i++) { c = byte_table[(c ^ bytes[i]) & 0xFF] ^ (c >> 8); }

    return ~c;
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

/* A join to room 0, its fingerprint as that of a message whose number bytes are zero. */
static void build(uint8_t *message, uint8_t party, const uint8_t *nonce)
{
    static const uint8_t head[8] = { 0x02, 0xC0, (JOIN - 20) >> 8, (JOIN - 20) & 0xFF, 0x21, 0x12, 0xA4, 0x42 };
    uint8_t room[16] = { 0 }, name[16], sealed[SEALED];
    memset(message, 0, JOIN);
    memcpy(message, head, sizeof head);
    memset(room + 4, 0x5A, sizeof room - 4);
    memset(name, party, sizeof name);
    memset(sealed, 0xA0 + party, sizeof sealed);
    size_t at = put(message, 20, 0xFF60, room, sizeof room);
    at = put(message, at, 0xFF61, name, sizeof name);
    at = put(message, at, 0xFF62, sealed, sizeof sealed);
    if (nonce != NULL) { at = put(message, at, 0x0015, nonce, NONCE); }

    uint32_t day = (uint32_t)(time(NULL) / 86400);
    uint8_t days[4] = { (uint8_t)(day >> 24), (uint8_t)(day >> 16), (uint8_t)(day >> 8), (uint8_t)day };
    at = put(message, at, 0xFF66, days, sizeof days);
    put(message, at, 0xFF50, NULL, JOIN - 8 - 4 - at);
    put(message, JOIN - 8, 0x8028, NULL, 4);
    uint32_t c = crc(message, JOIN - 8) ^ 0x5354554E;
    for (int i = 0; i < 4; i++) { message[JOIN - 4 + i] = (uint8_t)(c >> (24 - 8 * i)); }
}

static void make_tables(void)
{
    for (uint32_t i = 0; i < 256; i++)
    {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++) { c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1; }

        byte_table[i] = c;
    }

    /* The change that a byte makes, carried through the rest of the message: independent of all other bytes. */
    static uint8_t blank[JOIN - 8];
    uint32_t zero = crc(blank, sizeof blank);
    for (int i = 0; i < 2 * NUMBER; i++)
    {
        int at = i < NUMBER ? ID_AT + i : ROOM_AT + i - NUMBER;
        for (int b = 0; b < 256; b++)
        {
            blank[at] = (uint8_t)b;
            number_table[i][b] = crc(blank, sizeof blank) ^ zero;
        }

        blank[at] = 0;
    }
}

/* Each socket has every eighth room: a seat is the address's that took it. */
static uint32_t take_number(int which)
{
    uint32_t own = (uint32_t)(which % SOCKETS), number = next_room[own];
    if (number >= count) { number = own; }
    if (is_fill)
    {
        for (uint32_t tries = 0; is_answered[number] && tries <= count / SOCKETS; tries++)
        {
            number = number + SOCKETS >= count ? own : number + SOCKETS;
        }
    }

    next_room[own] = number + SOCKETS >= count ? own : number + SOCKETS;
    return number;
}

static void ask(int which, int amount)
{
    static uint8_t joins[MOST_AT_ONCE][JOIN];
    while (amount > 0)
    {
        int part = amount < MOST_AT_ONCE ? amount : MOST_AT_ONCE;
        for (int i = 0; i < part; i++)
        {
            uint8_t *join = joins[i];
            memcpy(join, templates[which], JOIN);
            uint32_t number = take_number(which), change = 0;
            for (int b = 0; b < NUMBER; b++)
            {
                uint8_t byte = (uint8_t)(number >> (8 * b));
                join[ID_AT + b] = byte;
                join[ROOM_AT + b] = byte;
                change ^= number_table[b][byte] ^ number_table[NUMBER + b][byte];
            }

            for (int b = 0; b < 4; b++) { join[JOIN - 4 + b] ^= (uint8_t)(change >> (24 - 8 * b)); }
        }

        if (send(sockets[which], joins, (size_t)part * JOIN, 0) < 0) { perror("send"); exit(4); }

        amount -= part;
    }
}

static int take(int which)
{
    static uint8_t answers[WINDOW][ROOM];
    static struct iovec vectors[WINDOW];
    static struct mmsghdr batch[WINDOW];
    for (int i = 0; i < WINDOW; i++)
    {
        vectors[i] = (struct iovec){ answers[i], ROOM };
        batch[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1 };
    }

    int received = recvmmsg(sockets[which], batch, WINDOW, MSG_DONTWAIT, NULL), taken = 0;
    for (int i = 0; i < received; i++)
    {
        const uint8_t *a = answers[i];
        if (a[0] == 0x02 && a[1] == 0xD1) { told++; continue; }

        unsigned least = which >= SOCKETS ? 20 + 12 + 24 + 20 + 204 + 12 + 8 : 20 + 12 + 8 + 8;
        if (a[0] != 0x03 || a[1] != 0xC0 || batch[i].msg_len < least)
        {
            fprintf(stderr, "a wrong answer: %02x%02x, %u bytes, error %u%02u\n", a[0], a[1], batch[i].msg_len, a[26], a[27]);
            exit(1);
        }

        uint32_t number = 0;
        for (int b = 0; b < NUMBER; b++) { number |= (uint32_t)a[ID_AT + b] << (8 * b); }
        if (is_fill && number < count && !is_answered[number]) { is_answered[number] = 1; answered_rooms++; }

        taken++;
    }

    return taken;
}

/* Asks until it gets the nonce of this socket's address: by a room in which nobody is. */
static void prove(int which, uint8_t *nonce)
{
    uint8_t answer[ROOM], *join = templates[which];
    struct timeval patience = { .tv_sec = 1 };
    setsockopt(sockets[which], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    build(join, 9, NULL);
    memset(join + ROOM_AT, 0xFF, 16);
    uint32_t c = crc(join, JOIN - 8) ^ 0x5354554E;
    for (int i = 0; i < 4; i++) { join[JOIN - 4 + i] = (uint8_t)(c >> (24 - 8 * i)); }

    for (int attempt = 0; attempt < 5; attempt++)
    {
        if (send(sockets[which], join, JOIN, 0) < 0 || recv(sockets[which], answer, sizeof answer, 0) < 0) { continue; }

        /* header(20) + ERROR-CODE(8) + XOR-MAPPED-ADDRESS(12) + NONCE(4 + 20) */
        if (answer[0] == 0x03 && answer[1] == 0xD0 && answer[41] == 0x15 && answer[43] == NONCE)
        {
            memcpy(nonce, answer + 44, NONCE);
            return;
        }
    }

    fprintf(stderr, "no nonce\n");
    exit(1);
}

static int open_all(const struct sockaddr_in *server)
{
    for (int i = 0; i < 2 * SOCKETS; i++)
    {
        sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
        int segment = JOIN, buffer = 4 << 20;
        if (connect(sockets[i], (const struct sockaddr *)server, sizeof *server) != 0) { return 3; }

        setsockopt(sockets[i], SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        uint8_t nonce[NONCE];
        if (i < SOCKETS) { prove(i, nonce); }

        build(templates[i], i < SOCKETS ? WAITING : COMING, i < SOCKETS ? nonce : NULL);
        if (setsockopt(sockets[i], UDP_LEVEL, UDP_SEGMENT_OPTION, &segment, sizeof segment) != 0) { perror("UDP_SEGMENT"); return 3; }
    }

    return 0;
}

static void run(double seconds)
{
    double last[2 * SOCKETS];
    int due[2 * SOCKETS] = { 0 };
    int first = is_cold ? SOCKETS : 0, end_of = first + SOCKETS;
    long long answers = 0, lost = 0, early = 0;
    told = 0;
    for (int i = first; i < end_of; i++)
    {
        while (take(i) > 0) { }
        ask(i, WINDOW);
        last[i] = now();
    }

    double start = now(), warm = is_fill ? start : start + 0.3, end = warm + seconds, t = start;
    for (int counting = 0; (t = now()) < end && (!is_fill || answered_rooms < count);)
    {
        if (!counting && t >= warm)
        {
            counting = 1;
            early = answers;
            answers = lost = 0;
        }

        for (int i = first; i < end_of; i++)
        {
            if (is_cold) { take(i - SOCKETS); }

            int amount = take(i);
            if (amount > 0)
            {
                answers += amount;
                due[i] += amount;
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

            ask(i, due[i] < WINDOW ? due[i] : WINDOW);
            due[i] = 0;
        }
    }

    if (is_fill)
    {
        uint32_t whole = 0;
        while (whole < count && is_answered[whole]) { whole++; }

        count = whole;
    }

    printf("%.0f %lld %lld %lld %u\n", (double)answers / (t - warm), lost, early + answers, told, count);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 2) { return 2; }

    make_tables();
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int error = open_all(&server);
    if (error != 0) { return error; }

    char line[100], phase[20];
    double number, seconds;
    while (fgets(line, sizeof line, stdin) != NULL)
    {
        int words = sscanf(line, "%19s %lf %lf", phase, &number, &seconds);
        is_fill = strcmp(phase, "fill") == 0;
        is_cold = strcmp(phase, "cold") == 0;
        if (words != (is_fill ? 3 : 2)) { return 2; }

        for (uint32_t i = 0; i < SOCKETS; i++) { next_room[i] = i; }
        if (is_fill)
        {
            count = (uint32_t)number;
            answered_rooms = 0;
            is_answered = calloc(count, 1);
        }

        run(is_fill ? seconds : number);
    }

    return 0;
}
