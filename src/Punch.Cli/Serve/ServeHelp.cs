namespace Punch.Cli.Serve;

/// <summary>
/// The words of <c>punch serve --help</c>. Written by hand, since they are read by people; a test holds them to the table of options.
/// </summary>
internal static class ServeHelp
{
    /// <summary>The whole help, without the last line's end.</summary>
    public const string Text = """
        The server: brings the two sides of 'punch meet' together, and tells whoever asks under which
        address and port it is seen, which is what 'punch nat' and any other STUN client want to know. One
        port serves both. It can read nothing of what the two say to each other, forgets them within a
        minute, needs no privileges, and runs until told to stop.

        Usage: punch serve [options]

        Where:
          -l, --listen <address>      an address of this machine, with or without a port; an IPv6 address
                                      with a port in brackets; may be given several times [default: every
                                      address, port 3478]
          -a, --alternate <address>   a second address of the same machine for the one --listen of its
                                      family, with or without a second port [default: the port after the
                                      first]: then clients can find out what their NAT does to the last
                                      detail (RFC 5780); a bare port, for every --listen, tells half of that
              --public <two>          behind a one-to-one NAT: what clients know the two addresses by, with
                                      a comma between
              --no-tcp                UDP only

        How much:
              --rate-limit <n>        answers a second to each /24 of IPv4 or /56 of IPv6, on each socket,
                                      with bursts of 2.5 times that, and 20 joins of 'punch meet' a second
                                      with bursts of 100; 'off' for measurements, of both [default: 20]
              --max-rooms <n>         how many pairs may meet or wait at once; 0 for none: STUN alone
                                      [default: 100000, for which 40 MB are needed as a rule, and 130 at
                                      worst]
              --small-answers         never answer with more bytes than came, but for the client's address,
                                      also with two addresses: with those a request of 20 bytes gets 68,
                                      over IPv6 116, as RFC 5780 and its clients have it

        What is printed:
              --stats <duration>      what was counted, each such time and at the end
              --metrics <address>     the same for Prometheus, at http://address/metrics; a loopback address
                                      with a port
          -q, --quiet                 log nothing but trouble
          -v, --verbose               log connections, too, with the addresses of clients; -vv every request
              --json                  one JSON object a line on stdout, and the log on stderr as JSON
          -h, --help                  this help

        A duration is 250ms, 5s or 2m; a bare number is seconds. SIGINT, SIGTERM and SIGHUP end it.

        Examples:
          punch serve                              then on both sides punch meet --via <this machine>
          punch serve --listen 203.0.113.1 --alternate 203.0.113.2         all that RFC 5780 asks for
          punch serve -l 203.0.113.1:5000 -l '[2001:db8::1]:5000' --stats 60
          punch serve --metrics 127.0.0.1:9478 --json

        Exit codes:
          0    it was told to stop, and did
          2    wrong usage
          3    local network error: port taken, no such address, no permission
        """;
}
