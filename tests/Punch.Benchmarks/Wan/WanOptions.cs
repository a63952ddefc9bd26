namespace Punch.Benchmarks.Wan;

/// <summary>The options of <c>wan</c>.</summary>
internal sealed class WanOptions
{
    /// <summary>What its options are.</summary>
    public const string Usage =
        """
        wan [rates] [fair] [events]   (default: rates)
          --rate BITS,..    of the wire (200M,1G); with fair 100M, with events 20M
          --delay MS        one way (25)
          --queue BYTES     of the wire (rates and events: 0.5 and 0.4 of the line at 200M and 1G: 625k, 2.5M)
          --queues SHARE,.. of the bandwidth-delay product, for fair (0.05,0.5,1,2)
          --loss PERCENT,.. each way (0,0.1,1,3)
          --mtu BYTES       of the wire (1500)
          --seconds N       of each transfer (10; events 20; fair: 30 together)
          --runs N          of which the median counts (1)
          --only NAME,..    which of cubic, bbr, punch, own (all)
          --sender COMMAND --receiver COMMAND [--server COMMAND] [--name NAME]
                            own command lines: the sender reads endless zeros and is at 10.77.0.1, the receiver writes and is at 10.77.0.2
        """;

    private readonly OptionList _list;

    /// <exception cref="ArgumentException">An option is unknown or has no value.</exception>
    public WanOptions(string[] arguments) => _list = new OptionList(arguments, ["rates", "fair", "events"], Usage);

    /// <summary>Whether a table is wanted: rates, fair or events.</summary>
    public bool HasTable(string name) => _list.Has(name, isDefault: name == "rates");

    public int Runs => (int)_list.Number("runs", 1);

    public IReadOnlyList<double> Losses => [.. _list.List("loss", "0,0.1,1,3").Select(share => Quantity.Parse(share) / 100)];

    public IReadOnlyList<double> QueueShares => [.. _list.List("queues", "0.05,0.5,1,2").Select(Quantity.Parse)];

    /// <summary>The wires to measure rates over.</summary>
    public IEnumerable<WireOptions> Wires()
    {
        foreach (string rate in _list.List("rate", "200M,1G"))
        {
            double bits = Quantity.Parse(rate);
            // Half of the bytes on their way at 200 Mbit/s and 50 ms, and 0.4 of them at 1 Gbit/s.
            yield return Wire(rate, queue: bits >= 1e9 ? bits / 400 : bits / 320);
        }
    }

    /// <summary>The wire of the other tables, at the first given rate or the default.</summary>
    public WireOptions Wire(string rate, double queue) => new()
    {
        Rate = Quantity.Parse(rate),
        Delay = TimeSpan.FromMilliseconds(_list.Number("delay", 25)),
        Queue = _list.Number("queue", queue),
        Mtu = (int)_list.Number("mtu", 1500),
    };

    public TimeSpan Seconds(double usual) => TimeSpan.FromSeconds(_list.Number("seconds", usual));

    public string FirstRate(string usual) => _list.List("rate", usual)[0];

    public string? Text(string name) => _list.Text(name);

    public bool Wants(string subject) => _list.List("only", "cubic,bbr,punch,own").Contains(subject);
}
