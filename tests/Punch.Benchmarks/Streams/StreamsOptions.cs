namespace Punch.Benchmarks.Streams;

/// <summary>The options of <c>streams</c>.</summary>
/// <param name="arguments">The command line after <c>streams</c>.</param>
internal sealed class StreamsOptions(string[] arguments)
{
    private const string Usage =
        """
        streams [bulk] [line] [slow]   (default: all)
          --runs N          of which the median counts (5)
          --bytes N         of the file (2G)
          --lines N         of each subject (300)
          --seconds N       of the slow reader (60)
          --only NAME,..    which of nc, socat, ssh, punch (all)
        """;

    private readonly OptionList _list = new(arguments, ["bulk", "line", "slow"], Usage);

    public int Runs => (int)_list.Number("runs", 5);

    public long Bytes => (long)_list.Number("bytes", 2e9);

    public int Lines => (int)_list.Number("lines", 300);

    public TimeSpan SlowTime => TimeSpan.FromSeconds(_list.Number("seconds", 60));

    public bool HasTable(string name) => _list.Has(name, isDefault: true);

    public bool Wants(string subject) => _list.List("only", "nc,socat,ssh,punch").Contains(subject);
}
