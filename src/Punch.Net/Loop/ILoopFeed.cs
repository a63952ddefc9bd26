using Punch.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>What a <see cref="ProtocolLoop{TEvent}"/>'s machine gets from elsewhere than the network, such as standard input.</summary>
public interface ILoopFeed
{
    /// <summary>What ends the loop's wait, from any thread, when there is something new.</summary>
    WakeUp WakeUp { get; }

    /// <summary>When <see cref="Feed"/> wants to be called next, besides after each wait; null for never.</summary>
    Instant? Next { get; }

    /// <summary>Gives the machine what it takes. Called on the loop's thread after each wait.</summary>
    void Feed(Instant now);
}
