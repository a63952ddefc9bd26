/* Two network namespaces joined by a wire with a rate, a queue, a delay and random loss, each direction for itself.
 *
 *     wire [quantum in microseconds, default 100]
 *
 * Prints "ready A B": the namespaces are /proc/PID/fd/A and /proc/PID/fd/B, each with a TUN device "wire". Reads commands, a line each:
 *
 *     ways DELAY RATE QUEUE LOSS MTU    microseconds, bits a second (0: any), bytes, lost packets of a million, largest packet in bytes
 *     out MILLISECONDS                  carries nothing for this long
 *     watch PORT                        counts the packets to this TCP port apart
 *     stat                              prints counters since the last "stat" (see print_counters)
 *
 * It ends at the end of its input, so that nothing is left behind when its parent is killed.
 *
 * A packet that finds QUEUE bytes before it is dropped. Loss strikes after the queue, as on a radio link. One thread reads both devices in
 * turns of a quantum rather than at each packet: a wake-up for each would take the processor from the programs that are measured. So the
 * delay is exact to a quantum plus the time that the system takes to wake the thread. Counters tell how late packets were. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 1 << 16, SLOT_SIZE = 2048, TURN = 256, SECOND = 1000000000 };

struct packet {
    uint64_t due;
    uint32_t slot, size;
};

struct counters {
    uint64_t packets, bytes, watched, full, lost, large, out, refused, late, latest;
};

struct way {
    int from, to;
    uint64_t delay, rate, queue, loss, mtu, idle_at, random;
    uint32_t head, tail;
    struct packet *ring;
    struct counters count;
};

static uint8_t *slots;
static uint32_t free_slots[SLOTS], free_count;
static struct way ways[2];
static uint64_t out_until, quantum = 100000;
static uint16_t watched_port;
static double processor_before;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * SECOND + (uint64_t)at.tv_nsec;
}

/* xorshift64*: the same losses for the same packets. */
static uint64_t draw(struct way *way)
{
    way->random ^= way->random >> 12;
    way->random ^= way->random << 25;
    way->random ^= way->random >> 27;
    return way->random * 0x2545F4914F6CDD1DULL;
}

static int open_namespace(int *tun)
{
    if (unshare(CLONE_NEWNET) != 0) fail("unshare");
    int namespace = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    *tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (namespace < 0 || *tun < 0) fail("open");
    struct ifreq request = { .ifr_name = "wire", .ifr_flags = IFF_TUN | IFF_NO_PI };
    if (ioctl(*tun, TUNSETIFF, &request) != 0) fail("TUNSETIFF");
    return namespace;
}

static int is_watched(const uint8_t *packet, uint32_t size)
{
    if (watched_port == 0 || size < 24 || packet[0] >> 4 != 4 || packet[9] != 6) return 0;
    const uint8_t *tcp = packet + (packet[0] & 15) * 4;
    return ((tcp[2] << 8) | tcp[3]) == watched_port;
}

/* Whether the packet goes on, and when its last bit has left. */
static int passes(struct way *way, uint32_t size, uint64_t at, uint64_t *left)
{
    *left = at;
    if (size > way->mtu) { way->count.large++; return 0; }
    if (way->rate != 0) {
        uint64_t start = way->idle_at > at ? way->idle_at : at;
        uint64_t held = (start - at) * way->rate / (8ULL * SECOND);
        if (held > 0 && held + size > way->queue) { way->count.full++; return 0; }
        *left = way->idle_at = start + size * 8ULL * SECOND / way->rate;
    }
    if (*left < out_until) { way->count.out++; return 0; }
    if (way->loss != 0 && draw(way) % 1000000 < way->loss) { way->count.lost++; return 0; }
    return 1;
}

static int receive(struct way *way)
{
    int taken = 0;
    for (; taken < TURN && free_count > 0; taken++) {
        uint32_t slot = free_slots[free_count - 1];
        ssize_t size = read(way->from, slots + (size_t)slot * SLOT_SIZE, SLOT_SIZE);
        if (size <= 0) break;
        uint64_t left;
        if (!passes(way, (uint32_t)size, now(), &left)) continue;
        free_count--;
        way->ring[way->tail++ % SLOTS] = (struct packet){ left + way->delay, slot, (uint32_t)size };
    }
    return taken;
}

static int deliver(struct way *way)
{
    int given = 0;
    for (; given < TURN && way->head != way->tail; given++) {
        struct packet *first = &way->ring[way->head % SLOTS];
        uint64_t at = now();
        if (first->due > at) break;
        uint8_t *bytes = slots + (size_t)first->slot * SLOT_SIZE;
        if (write(way->to, bytes, first->size) == (ssize_t)first->size) {
            way->count.packets++;
            way->count.bytes += first->size;
            if (is_watched(bytes, first->size)) way->count.watched += first->size;
            way->count.late += at - first->due;
            if (at - first->due > way->count.latest) way->count.latest = at - first->due;
        } else {
            way->count.refused++;
        }
        free_slots[free_count++] = first->slot;
        way->head++;
    }
    return given;
}

static double processor_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Both directions: packets, bytes, bytes to the watched port, dropped by the queue, by loss, by size, in an outage and by the system,
 * mean and most nanoseconds late; then the wire's processor seconds. */
static void print_counters(void)
{
    for (int i = 0; i < 2; i++) {
        struct counters *count = &ways[i].count;
        uint64_t mean = count->packets > 0 ? count->late / count->packets : 0;
        printf("%lu %lu %lu %lu %lu %lu %lu %lu %lu %lu ", count->packets, count->bytes, count->watched, count->full, count->lost,
               count->large, count->out, count->refused, mean, count->latest);
        memset(count, 0, sizeof *count);
    }
    double used = processor_seconds();
    printf("%.6f\n", used - processor_before);
    processor_before = used;
    fflush(stdout);
}

static void obey(const char *line)
{
    uint64_t delay, rate, queue, loss, mtu, number;
    if (sscanf(line, "ways %lu %lu %lu %lu %lu", &delay, &rate, &queue, &loss, &mtu) == 5) {
        for (int i = 0; i < 2; i++) {
            ways[i].delay = delay * 1000;
            ways[i].rate = rate;
            ways[i].queue = queue;
            ways[i].loss = loss;
            ways[i].mtu = mtu;
        }
    } else if (sscanf(line, "out %lu", &number) == 1) {
        out_until = now() + number * 1000000;
    } else if (sscanf(line, "watch %lu", &number) == 1) {
        watched_port = (uint16_t)number;
    } else if (strcmp(line, "stat") == 0) {
        print_counters();
    } else {
        fprintf(stderr, "wire: no such command: %s\n", line);
        exit(2);
    }
}

static void read_commands(void)
{
    static char text[4096];
    static size_t length;
    ssize_t count = read(STDIN_FILENO, text + length, sizeof text - length - 1);
    if (count == 0 || (count < 0 && errno != EAGAIN)) exit(0);
    if (count < 0) return;
    length += (size_t)count;
    text[length] = 0;
    char *line = text, *end;
    while ((end = strchr(line, '\n')) != NULL) {
        *end = 0;
        obey(line);
        line = end + 1;
    }
    length = (size_t)(text + length - line);
    memmove(text, line, length);
}

/* Until the next packet is due, but at most a quantum while packets are on their way, because the devices are not watched then. */
static void rest(int is_busy)
{
    if (!is_busy && ways[0].head == ways[0].tail && ways[1].head == ways[1].tail) {
        struct pollfd watched[] = { { ways[0].from, POLLIN, 0 }, { ways[1].from, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
        poll(watched, 3, -1);
        return;
    }
    uint64_t at = now(), until = at + quantum;
    for (int i = 0; i < 2; i++) {
        if (ways[i].head != ways[i].tail && ways[i].ring[ways[i].head % SLOTS].due < until) until = ways[i].ring[ways[i].head % SLOTS].due;
    }
    uint64_t shortest = at + quantum / 4;
    if (until < shortest) until = shortest;
    struct timespec timeout = { (time_t)(until / SECOND), (long)(until % SECOND) };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &timeout, NULL);
}

static void carry(void)
{
    uint64_t commands_at = 0;
    for (;;) {
        int moved = 0;
        for (int i = 0; i < 2; i++) moved += receive(&ways[i]) + deliver(&ways[i]);
        if (now() >= commands_at) {
            read_commands();
            commands_at = now() + 2000000;
        }
        if (moved < TURN) rest(moved);
    }
}

int main(int count, char **arguments)
{
    if (count > 1) quantum = strtoull(arguments[1], NULL, 10) * 1000;
    int tuns[2], a = open_namespace(&tuns[0]), b = open_namespace(&tuns[1]);
    slots = mmap(NULL, (size_t)SLOTS * SLOT_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (slots == MAP_FAILED) fail("mmap");
    for (uint32_t i = 0; i < SLOTS; i++) free_slots[i] = SLOTS - 1 - i;
    free_count = SLOTS;
    for (int i = 0; i < 2; i++) {
        ways[i] = (struct way){ .from = tuns[i], .to = tuns[1 - i], .mtu = SLOT_SIZE, .queue = UINT64_MAX, .random = 88172645463325252ULL + (uint64_t)i };
        ways[i].ring = calloc(SLOTS, sizeof *ways[i].ring);
    }

    /* The wire must not be late because the measured programs are busy. If this is refused, the counters show it. */
    struct sched_param first = { .sched_priority = 1 };
    sched_setscheduler(0, SCHED_FIFO, &first);
    prctl(PR_SET_TIMERSLACK, 1UL);
    fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    printf("ready %d %d\n", a, b);
    fflush(stdout);
    carry();
}
