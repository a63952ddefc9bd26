using Punch.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>
/// Gives the machine of a <see cref="ProtocolLoop{TEvent}"/> input from other sources than the network, such as standard input.
/// </summary>
public interface ILoopFeed
{
    /// <summary>Ends the loop's wait from any thread when there is new input.</summary>
    WakeUp WakeUp { get; }

    /// <summary>When <see cref="Feed"/> must be called next, besides after each wait; null for never.</summary>
    Instant? Next { get; }

    /// <summary>Passes input to the machine. Called on the loop's thread after each wait.</summary>
    void Feed(Instant now);
}
