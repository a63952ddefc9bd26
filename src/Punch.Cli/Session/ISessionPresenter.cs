using Punch.Cli.Copy;
using Punch.Protocol.Events;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Session;

/// <summary>Shows a session, to people or to programs. Called on one thread, in the order of these members.</summary>
internal interface ISessionPresenter
{
    /// <summary>The sockets are bound and the first datagrams are sent.</summary>
    void Begin(SessionStart start);

    /// <summary>Something happened.</summary>
    /// <param name="e">The event.</param>
    /// <param name="datagram">The payload of a received datagram, unsealed; valid during the call only.</param>
    void Event(in SessionEvent e, ReadOnlySpan<byte> datagram);

    /// <summary>Shows files that are copied.</summary>
    ICopyPresenter Copy { get; }

    /// <summary>Something happened to a forward.</summary>
    /// <param name="e">What happened.</param>
    /// <param name="at">When, since the start.</param>
    void Forward(in ForwardEvent e, TimeSpan at);

    /// <summary>Time passes and nothing was heard.</summary>
    void Advise(string hint);

    /// <summary>Datagrams of data fared like this.</summary>
    void Report(TrafficReport report);

    /// <summary>Streams fare like this.</summary>
    void Report(StreamReport report);

    /// <summary>The session is over; also without <see cref="Begin"/>, when it could not start.</summary>
    void End(SessionEnd end);
}
