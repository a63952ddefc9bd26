// Linked into the native binary for Linux, which runs the runtime's main through this: --wrap=main. The runtime returns -1 without a word
// where the system gives it no memory or no thread, so nothing written in C# can say so.
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

int __real_main(int argc, char **argv);

static int wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
    {
        if (strcmp(argv[i], "--json") == 0) { return 1; }
    }

    return 0;
}

static void say(int descriptor, const char *line)
{
    if (write(descriptor, line, strlen(line)) < 0) { return; }
}

int __wrap_main(int argc, char **argv)
{
    const int failed = -1;
    const int local_error = 3;
#ifdef __GLIBC__
    // An arena for each thread takes 64 MB of address space, which a limit may not leave. Little is allocated outside of the managed heap.
    mallopt(M_ARENA_MAX, 1);
#endif
    int result = __real_main(argc, argv);
    if (result != failed) { return result; }

    if (wants_json(argc, argv))
    {
        say(STDOUT_FILENO, "{\"v\":1,\"event\":\"error\",\"code\":\"resources\",\"message\":\"the system gives punch no more memory or threads\",\"exit\":3}\n");
    }

    say(STDERR_FILENO, "punch: error: the system gives punch no more memory or threads\n"
        "punch: hint: 'ulimit -a' shows the limits of this shell; a container or a service has its own\n");
    return local_error;
}
