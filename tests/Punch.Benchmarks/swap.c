/* The yardstick of the flood: two of these swap datagrams of 112 bytes as fast as one system call each way allows.
   swap LOCAL_PORT REMOTE_PORT COUNT: the side with the lower port begins; both exit after COUNT datagrams came. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 4) { fprintf(stderr, "usage: swap LOCAL_PORT REMOTE_PORT COUNT\n"); return 2; }
    int local = atoi(argv[1]), remote = atoi(argv[2]);
    long count = atol(argv[3]);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in me = { .sin_family = AF_INET, .sin_port = htons(local) }, peer = me;
    me.sin_addr.s_addr = peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.sin_port = htons(remote);
    struct timeval wait = { 0, 10000 };
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (bind(s, (struct sockaddr *)&me, sizeof me) != 0) { perror("bind"); return 1; }
    char out[112] = { 0 }, in[2048];
    int silent = 0;
    if (local < remote) sendto(s, out, sizeof out, 0, (struct sockaddr *)&peer, sizeof peer);
    for (long got = 0; got < count && silent < 200;) {
        ssize_t n = recvfrom(s, in, sizeof in, 0, NULL, NULL);
        if (n >= 0) { got++; silent = 0; } else silent++;
        sendto(s, out, sizeof out, 0, (struct sockaddr *)&peer, sizeof peer);
    }
    close(s);
    return silent >= 200;
}
