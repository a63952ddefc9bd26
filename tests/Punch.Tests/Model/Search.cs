using System.Collections.Concurrent;

namespace Punch.Tests.Model;

/// <summary>
/// Plays every sequence of actions up to a length, and keeps the shortest breach of each promise. A sequence that leads where another one
/// led is not continued: it changed nothing, or only the order of what does not depend on each other.
/// </summary>
internal sealed class Search
{
    /// <summary>How long sequences are unless the environment says otherwise.</summary>
    public const string DepthVariable = "PUNCH_MODEL_DEPTH";

    // How many actions more were played from a world.
    private readonly Dictionary<ulong, int> _seen = [];
    private readonly Dictionary<Promise, (int[] Sequence, string Text)> _breaches = [];
    private readonly ConcurrentQueue<int> _first;
    private readonly long[] _sequences;
    private readonly long[] _worlds;
    private readonly Lock _lock = new();

    public Search(Func<World> start, int depth)
    {
        int longest = int.TryParse(Environment.GetEnvironmentVariable(DepthVariable), out int given) ? given : depth;
        _sequences = new long[longest + 1];
        _worlds = new long[longest + 1];
        using (World world = start())
        {
            _first = new ConcurrentQueue<int>(Enumerable.Range(0, world.Actions.Count));
            IsNew(world, [], longest);
            Finish(world, []);
        }

        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work(start, longest)))];
        foreach (Thread thread in threads) { thread.Start(); }

        foreach (Thread thread in threads) { thread.Join(); }
    }

    /// <summary>How many sequences were played and how many different worlds they led to, for each length.</summary>
    public string Summary => string.Join(
        "\n", _sequences.Select((sequences, length) => $"{length} actions: {sequences} sequences, {_worlds[length]} worlds").Skip(1));

    /// <summary>The shortest sequence that breaks a promise, and how it does; null when none does.</summary>
    public string? Breach(Promise promise) => _breaches.TryGetValue(promise, out (int[], string Text) breach) ? breach.Text : null;

    private void Work(Func<World> start, int longest)
    {
        using World root = start();
        while (longest > 0 && _first.TryDequeue(out int action)) { Play(root, [action], longest - 1); }
    }

    /// <summary>Plays the last action of a sequence in a copy of the world that the others led to, and then what can follow.</summary>
    private void Play(World before, int[] sequence, int more)
    {
        using World world = Snapshot.Of(before);
        Interlocked.Increment(ref _sequences[sequence.Length]);
        if (!world.Do(sequence[^1]) || !IsNew(world, sequence, more)) { return; }

        for (int action = 0; more > 0 && action < world.Actions.Count; action++)
        {
            bool isPlayedSwapped = action < sequence[^1] && world.CanSwap(sequence[^1], action);
            if (!isPlayedSwapped) { Play(world, [.. sequence, action], more - 1); }
        }

        Finish(world, sequence);
    }

    private bool IsNew(World world, int[] sequence, int more)
    {
        ulong digest = world.Digest;
        lock (_lock)
        {
            bool isKnown = _seen.TryGetValue(digest, out int played);
            if (isKnown && played >= more) { return false; }

            _seen[digest] = more;
            if (!isKnown) { _worlds[sequence.Length]++; }

            return true;
        }
    }

    private void Finish(World world, int[] sequence)
    {
        world.Finish();
        if (world.Breaches.Count == 0) { return; }

        string steps = string.Join("", sequence.Select((action, step) => $"\n  {step + 1}. {world.Actions[action]}"));
        lock (_lock)
        {
            foreach (Breach breach in world.Breaches)
            {
                bool isFirst = !_breaches.TryGetValue(breach.Promise, out (int[] Sequence, string) known);
                if (!isFirst && sequence.Length >= known.Sequence.Length) { continue; }

                _breaches[breach.Promise] = (sequence, $"{breach.Promise}: {breach.What}, after{steps}");
            }
        }
    }
}
