namespace Punch.Cli.Nat;

/// <summary>The words of <c>punch nat --help</c>. Written by hand, since they are read by people; a test holds them to the table of options.</summary>
internal static class NatHelp
{
    /// <summary>The whole help, without the last line's end.</summary>
    public const string Text = """
        Tells what the NAT or firewall of this network does, and to which kinds of peer a path will open.

        Usage: punch nat --server <server> [options]

        A NAT shows only to somebody outside: any STUN server can tell the public address, two tell whether
        it stays the same, and one with two addresses (RFC 5780; 'punch serve' is one) tells everything.
        What the servers cannot tell is reported as unknown. It takes a second or two.

        Whom to ask:
          -S, --server <server>       a name, an IPv4 or an IPv6 address, with or without a port [default
                                      port: 3478]; several times if you like [default: PUNCH_SERVER]
          -B, --bind <address>        test from this local address [default: the system's choice]
          -4                          IPv4 only
          -6                          IPv6 only

        What to test:
              --hairpin               also whether hosts here meet at their public addresses; some firewalls
                                      dislike it
              --lifetime              also how long the NAT remembers; that takes up to five minutes
              --require <kind>        succeed only if this network is at least as good as: none, eim, adm
                                      (the mapping); eif, adf (the filter); preserving (the ports); udp; or
                                      one of the kinds of peers, such as full-cone or port-restricted; may
                                      be given several times
          -w, --deadline <duration>   stop after this time with what is known by then

        What is printed:
          -q, --quiet                 only the verdict
          -v, --verbose               -vv and -vvv add diagnostics on stderr
              --json                  one JSON object a line, for programs; the last one is the report
          -h, --help                  this help

        Examples:
          punch nat --server stun.example
          punch nat --server 203.0.113.1 --json > here.json       a report for 'punch predict'
          punch nat -S stun.example --require eim -q              can peers foresee the public port?

        Exit codes:
          0    the question was answered, and what was required holds
          1    some verdict is unknown; or, with --require, that does not hold or cannot be told
          2    wrong usage, or a name that does not resolve
          3    local network error: no route, no permission
          4    no server answered: UDP is blocked, or the servers are down
          130  interrupted before it was done
        """;
}
