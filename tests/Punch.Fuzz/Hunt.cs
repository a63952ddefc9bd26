using System.Diagnostics;
using Punch.Fuzz.Targets;

namespace Punch.Fuzz;

/// <summary>One target, fuzzed for a time: the kept inputs first, then what is made of them and of each one that takes a new branch.</summary>
internal sealed class Hunt(Target target, ulong seed)
{
    // What was found last leads on most often.
    private const int Recent = 32;

    private readonly Coverage _coverage = new();
    private readonly Corpus _corpus = new(target.Name);
    private readonly Mutator _mutator = new(seed, target.Words, target.MaxLength);

    /// <summary>How many inputs were tried.</summary>
    public long Executions { get; private set; }

    /// <summary>How many branches they took.</summary>
    public int Branches => _coverage.Branches;

    /// <summary>How many inputs are worth keeping.</summary>
    public int Kept => _corpus.Inputs.Count;

    /// <summary>Runs for a time, or so many inputs; false when something was found, which is printed.</summary>
    public bool Run(TimeSpan time, long most)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (byte[] input in _corpus.Read().Concat(target.Seeds()))
        {
            if (!Try(input)) { return false; }
        }

        if (_corpus.Inputs.Count == 0) { _corpus.Add([]); }

        while (Executions < most && Stopwatch.GetElapsedTime(start) < time)
        {
            if (!Try(_mutator.Make(Pick(), _corpus.Inputs[_mutator.Draw(_corpus.Inputs.Count)]))) { return false; }
        }

        return true;
    }

    /// <summary>Keeps in the repository the fewest inputs that take all the branches, as far as a greedy choice finds them.</summary>
    public void Keep()
    {
        var coverage = new Coverage(countsTimes: false);
        List<byte[]> chosen = [];
        foreach (byte[] input in _corpus.Inputs.OrderBy(input => input.Length))
        {
            coverage.Begin();
            target.Run(input);
            if (coverage.End()) { chosen.Add(input); }
        }

        _corpus.Write(chosen);
    }

    private byte[] Pick()
    {
        int count = _corpus.Inputs.Count;
        return _corpus.Inputs[_mutator.Draw(2) == 0 ? _mutator.Draw(count) : count - 1 - _mutator.Draw(Math.Min(count, Recent))];
    }

    private bool Try(ReadOnlySpan<byte> input)
    {
        Executions++;
        _coverage.Begin();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            return Report(input, e.ToString());
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > target.MaxAllocation) { return Report(input, $"{allocated} bytes were allocated"); }

        if (_coverage.End()) { _corpus.Add(input); }

        return true;
    }

    private bool Report(ReadOnlySpan<byte> input, string what)
    {
        Console.Error.WriteLine($"{target.Name}: {what}");
        Console.Error.WriteLine($"seed {seed}, input {_corpus.WriteFinding(input)}");
        return false;
    }
}
