namespace Punch.Cli.Predict;

/// <summary>The words of <c>punch predict --help</c>. Written by hand, since they are read by people; a test holds them to the table of options.</summary>
internal static class PredictHelp
{
    /// <summary>The whole help, without the last line's end.</summary>
    public const string Text = """
        Tells whether and how two networks will reach each other, by running punch over two simulated ones.

        Usage: punch predict <a> <b> [options]

        Each of <a> and <b> is the name of a kind of network, or a file that 'punch nat --json' wrote
        there; '-' reads one from standard input. What such a report leaves open is run in every variant,
        and the answer says what it rests on. Same arguments, same answer.

        Kinds, the easiest to reach first:
          open                    a public address
          firewall                a public address behind a stateful firewall
          full-cone               a NAT that lets anybody in; full-cone-preserving also keeps the port
          address-restricted      a NAT that lets in hosts that were sent to
          port-restricted         a NAT that lets in hosts and ports that were sent to
          port-preserving         the same, and it keeps the port: the usual home router (home)
          linux                   a Linux router that holds early packets against their sender
          carrier                 a home router behind a carrier's NAT (cgn)
          adm                     another public port for each host
          symmetric-eif           another public port for each peer, but lets anybody in
          symmetric-sequential    another public port for each peer, one after the other
          symmetric-random        another public port for each peer, at random (symmetric)

        Options:
          -n, --seeds <n>         runs of each variant; chance is in ports, waits and who starts first
                                  [default: 20]
              --show              draw one run: who sends what when, what each NAT does with it, and why
          -q, --quiet             only the answer
              --json              one JSON object, for programs
          -h, --help              this help

        Examples:
          punch predict symmetric port-restricted
          punch predict here.json there.json
          ssh there punch nat -S stun.example --json | punch predict here.json -
          punch predict port-restricted full-cone --show

        Exit codes:
          0    answered, whatever the answer
          1    the answer rests on what a report could not tell
          2    wrong usage
          3    a file cannot be read
        """;
}
