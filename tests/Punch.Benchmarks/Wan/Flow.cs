namespace Punch.Benchmarks.Wan;

/// <summary>A way to move bytes over a wire, such as <c>iperf3</c> or a pair of command lines.</summary>
internal abstract class Subject(string name)
{
    public string Name => name;

    /// <summary>Starts its programs. They send for <paramref name="time"/> once they are connected.</summary>
    public abstract Flow Start(Wire wire, TimeSpan time);
}

/// <summary>A running transfer. Disposing it ends its programs.</summary>
internal abstract class Flow : IDisposable
{
    /// <summary>Waits until it is connected and sends; false if it does not get there.</summary>
    public abstract bool Begins();

    /// <summary>Waits for its end; null if it failed.</summary>
    public abstract FlowResult? Finish();

    public abstract void Dispose();
}

/// <summary>What a transfer achieved.</summary>
/// <param name="Rate">Received bits a second, from the first byte until the time was over.</param>
/// <param name="LongestStall">The longest time without a received byte; null if the program does not tell.</param>
internal sealed record FlowResult(double Rate, TimeSpan? LongestStall);
