/* Runs a command and tells what it used.
 *
 *     usage FILE COMMAND [ARGUMENT...]
 *
 * Writes a line to FILE: processor seconds of the command and of the children it waited for, and the largest resident set of one of them in
 * bytes. It hands SIGTERM on, and ends with the command's exit code. The command is killed if this program is, and this program if its
 * parent is. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

static void hand_on(int signal)
{
    kill(child, signal);
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char **arguments)
{
    if (count < 3) return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execvp(arguments[2], arguments + 2);
        _exit(127);
    }
    struct sigaction action = { .sa_handler = hand_on, .sa_flags = SA_RESTART };
    sigaction(SIGTERM, &action, NULL);
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) return 1;
    FILE *file = fopen(arguments[1], "w");
    if (file == NULL) return 1;
    fprintf(file, "%.6f %ld\n", seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss * 1024);
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
