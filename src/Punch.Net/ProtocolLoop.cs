using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// Drives a state machine with sockets and a clock: one thread, one loop. The machine decides everything; the loop only waits, receives,
/// tells the time, sends, and hands on the news.
/// </summary>
/// <typeparam name="TEvent">The machine's family of events.</typeparam>
public sealed class ProtocolLoop<TEvent>
    where TEvent : struct
{
    /// <summary>Prepares a loop. Neither the machine nor the sockets are touched before <see cref="Run"/>.</summary>
    /// <param name="machine">The machine; nobody else may call it while the loop runs, but for the callbacks of <see cref="Run"/>.</param>
    /// <param name="sockets">One socket for each local address the machine sends from. The caller disposes of them.</param>
    /// <param name="clock">The clock the machine was created with.</param>
    /// <param name="handler">Who hears the news.</param>
    public ProtocolLoop(IProtocol<TEvent> machine, IReadOnlyList<UdpSocket> sockets, MonotonicClock clock, ILoopHandler<TEvent> handler) =>
        _ = (machine, sockets, clock, handler);

    /// <summary>Runs until <paramref name="isEnded"/> says so after a drain.</summary>
    /// <param name="isEnded">Whether the machine is over; asked once a pass.</param>
    /// <param name="onStop">Called once when <paramref name="stop"/> is cancelled; the loop goes on, so that the machine may say a last word.</param>
    /// <param name="stop">Asks for an end; noticed within 100 ms.</param>
    public void Run(Func<bool> isEnded, Action<Instant> onStop, CancellationToken stop) => throw new NotImplementedException();
}
