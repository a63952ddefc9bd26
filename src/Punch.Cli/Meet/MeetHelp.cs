namespace Punch.Cli.Meet;

/// <summary>The words of <c>punch meet --help</c>. Written by hand, since they are read by people; a test holds them to the table of options.</summary>
internal static class MeetHelp
{
    /// <summary>The whole help, without the last line's end.</summary>
    public const string Text = """
        Opens a direct, encrypted path to somebody who has the same code, and proves it in both directions.

        Usage: punch meet [<code>] --via <server> [options] [-- <command> [<arg>...]]

        Without a code it makes one and prints the command for the other side: send that over a channel you
        trust. Either side may start first, minutes apart. The server tells each side where the other is,
        sees neither code nor keys nor data, and has no part in what follows; 'punch serve' on any machine
        with a public address is one.

        Arguments:
          <code>                      20 letters and digits; case, dashes and spaces do not matter. '-'
                                      reads it from standard input, and PUNCH_CODE holds it where none is
                                      given: others on this machine can see a command line

        Whom to meet, and where from:
              --via <server>          a name, an IPv4 or an IPv6 address, with or without a port [default
                                      port: 3478; default server: the first in PUNCH_SERVER]
          -p, --local-port <port>     the local UDP port [default: any free one]
          -B, --bind <address>        send from this local address [default: every one]
          -4                          IPv4 only
          -6                          IPv6 only

        When to stop:
          -c, --count <n>             after this many answered messages
          -w, --deadline <duration>   after this time at the latest; without it, it waits for the other side
                                      for ever, and once that is there tries for 30 s

        What the path is for:
              --pipe                  standard input to the peer, a line a datagram, and the peer's to
                                      standard output; ends when both inputs have. All else goes to stderr
          -- <command> [<arg>...]     run this command on both ports once both sides have their proof, with
                                      PUNCH_LOCAL_PORT, PUNCH_REMOTE_HOST and PUNCH_REMOTE_PORT set; it
                                      decides the exit code, and what it sends is its own: nothing is
                                      encrypted any more

        What is sent:
          -i, --interval <duration>   the longest random wait between messages; 0 floods [default: 3s]
          -s, --size <bytes>          pad messages to this size

        What is printed:
          -q, --quiet                 only the first lines and the statistics
          -v, --verbose               what is sent, too; -vv and -vvv add diagnostics on stderr
              --json                  one JSON object a line, for programs
          -h, --help                  this help

        A duration is 250ms, 5s or 2m; a bare number is seconds.

        Examples:
          punch meet --via punch.example                              make a code, and wait
          punch meet 7k3m-9q2p-xv4t-h8rn-5wzc --via punch.example     on the other side
          tar c . | punch meet --via punch.example --pipe             there: ... --pipe </dev/null | tar x

        Exit codes:
          0    a two-way path was proven
          1    nobody came before the deadline, or no direct path could be opened
          2    wrong usage, or a server's name that does not resolve
          3    local network error: port taken, no route, no permission
          4    the server did not answer, or refused
          6    the peer failed to authenticate, or speaks another version
          126  the command after '--' cannot be run
          127  there is no such command
          130  interrupted before a path was proven
        """;
}
