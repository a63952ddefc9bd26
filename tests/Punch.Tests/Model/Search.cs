namespace Punch.Tests.Model;

/// <summary>
/// Plays every sequence of actions up to a length, the short ones first, and keeps the first breach of each promise. A sequence that leads
/// where another one led is not continued: it changed nothing, or only the order of what does not depend on each other.
/// </summary>
internal sealed class Search
{
    /// <summary>How long sequences are unless the environment says otherwise.</summary>
    public const string DepthVariable = "PUNCH_MODEL_DEPTH";

    private readonly Func<World> _start;
    private readonly HashSet<ulong> _seen = [];
    private readonly Dictionary<Promise, string> _breaches = [];

    public Search(Func<World> start, int depth)
    {
        _start = start;
        int longest = int.TryParse(Environment.GetEnvironmentVariable(DepthVariable), out int given) ? given : depth;
        List<int[]> ends = [[]];
        Add(ends[0], Play(ends[0]), []);
        for (int length = 1; length <= longest && ends.Count > 0; length++) { ends = Continue(ends); }
    }

    /// <summary>How many sequences were played.</summary>
    public int Sequences { get; private set; }

    /// <summary>How many different worlds they led to.</summary>
    public int Worlds => _seen.Count;

    /// <summary>The shortest sequence that breaks a promise, and how it does; null when none does.</summary>
    public string? Breach(Promise promise) => _breaches.GetValueOrDefault(promise);

    private List<int[]> Continue(List<int[]> sequences)
    {
        int actions;
        using (World world = _start()) { actions = world.Actions.Count; }

        int[][] longer = [.. sequences.SelectMany(_ => Enumerable.Range(0, actions), (sequence, action) => (int[])[.. sequence, action])];
        var played = new Played?[longer.Length];
        Parallel.For(0, longer.Length, i => played[i] = Play(longer[i]));
        List<int[]> ends = [];
        for (int i = 0; i < longer.Length; i++) { Add(longer[i], played[i], ends); }

        return ends;
    }

    private Played? Play(int[] sequence)
    {
        using World world = _start();
        foreach (int action in sequence)
        {
            if (!world.Do(action)) { return null; }
        }

        ulong digest = world.Digest;
        lock (_seen)
        {
            if (_seen.Contains(digest)) { return null; }
        }

        world.Finish();
        return new Played(digest, [.. world.Breaches], [.. sequence.Select(action => world.Actions[action])]);
    }

    private void Add(int[] sequence, Played? played, List<int[]> ends)
    {
        Sequences++;
        if (played is null || !_seen.Add(played.Digest)) { return; }

        ends.Add(sequence);
        foreach (Breach breach in played.Breaches)
        {
            string steps = string.Join("", played.Names.Select((name, step) => $"\n  {step + 1}. {name}"));
            _breaches.TryAdd(breach.Promise, $"{breach.Promise}: {breach.What}, after{steps}");
        }
    }

    private sealed record Played(ulong Digest, Breach[] Breaches, string[] Names);
}
