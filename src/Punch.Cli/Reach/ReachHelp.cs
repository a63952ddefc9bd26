namespace Punch.Cli.Reach;

/// <summary>The words of <c>punch --help</c>. Written by hand, since they are read by people; a test holds them to the table of options.</summary>
internal static class ReachHelp
{
    /// <summary>The whole help, without the last line's end.</summary>
    public const string Text = """
        Opens a direct UDP path between two machines behind NATs or firewalls, and proves it both ways.

        Usage: punch <remote-host> [<remote-port>] [options]

        Run it on both sides at about the same time, each naming the other. It sends until Ctrl-C and then
        prints statistics, as ping does. 'punch localhost' talks to itself.

        With --pipe it carries data as nc -u does; a command after '--' gets the path once it is open.

        Other commands, each with a --help of its own:
          punch meet [<code>]         reach a peer whose address nobody knows, introduced by a server
          punch nat                   what this network's NAT does, and whom it can reach
          punch predict <a> <b>       whether and how two such networks will reach each other
          punch serve                 the server that 'punch meet' and 'punch nat' ask

        Arguments:
          <remote-host>               a name, an IPv4 or an IPv6 address; host:port and [v6]:port work too
          <remote-port>               the peer's UDP port [default: 6311]

        Where from and where to:
          -p, --local-port <port>     the local UDP port; 0 takes any free one [default: 6311]
          -B, --bind <address>        send from this local address [default: every one]
          -4                          IPv4 only
          -6                          IPv6 only

        When to stop:
          -c, --count <n>             after this many answered messages
          -w, --deadline <duration>   after this time at the latest
              --one-way-ok            take datagrams that prove the way in alone for success

        What the path is for:
              --pipe                  standard input to the peer, a line a datagram, and the peer's to
                                      standard output; ends when both inputs have. All else goes to stderr
          -- <command> [<arg>...]     run this command on both ports once both sides have their proof, with
                                      PUNCH_LOCAL_PORT, PUNCH_REMOTE_HOST and PUNCH_REMOTE_PORT set, and
                                      exit with its code

        What is sent:
          -i, --interval <duration>   the longest random wait between messages; 0 floods [default: 3s]
          -s, --size <bytes>          pad messages to this size, at most 65507

        What is printed:
          -q, --quiet                 only the first line and the statistics
          -v, --verbose               what is sent, too; -vv and -vvv add diagnostics on stderr
              --json                  one JSON object a line, for programs
              --version               the version
          -h, --help                  this help

        A duration is 250ms, 5s or 2m; a bare number is seconds. Where no host stands before '--', what
        follows it is one: 'punch -- nat' reaches a host named nat.

        Examples:
          punch peer.example                   open a path to peer.example and show the round trips
          punch 203.0.113.7 40122 -p 5000      from port 5000 to port 40122
          punch peer.example -c 1 -w 10 -q     in a script: is there a two-way path within 10 s?
          punch [2001:db8::7]:6311 --json      one JSON object a line
          tar c . | punch peer.example --pipe  and there: punch ... --pipe </dev/null | tar x

        Exit codes:
          0    a two-way path was proven
          1    no two-way path before the deadline
          2    wrong usage, or a name that does not resolve
          3    local network error: port taken, no route, no permission
          4    server unreachable or refusing
          5    only a relayed path, where a direct one was asked for
          6    the peer failed to authenticate, or speaks another version
          126  the command after '--' cannot be run
          127  there is no such command
          130  interrupted before a path was proven
        """;
}
