using System.Diagnostics.CodeAnalysis;

namespace Punch.Tests.Session;

/// <summary>A machine whose next datagram is lost if <paramref name="loses"/> says so of its destination.</summary>
internal sealed class LossyMachine<TEvent>(IProtocol<TEvent> machine, Func<TransportAddress, bool> loses) : IProtocol<TEvent>
    where TEvent : notnull
{
    public LossyMachine(IProtocol<TEvent> machine, Func<bool> loses)
        : this(machine, _ => loses())
    {
    }

    public bool IsEnded => machine.IsEnded;

    public Instant? NextTimeout => machine.NextTimeout;

    public ReadOnlySpan<byte> Payload => machine.Payload;

    public void Receive(in Datagram datagram, Instant now) => machine.Receive(datagram, now);

    public void Note(in NetworkNotice notice, Instant now) => machine.Note(notice, now);

    public void Stop(Instant now) => machine.Stop(now);

    public void Timeout(Instant now) => machine.Timeout(now);

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (machine.TryTransmit(buffer, out transmit))
        {
            if (!loses(transmit.To)) { return true; }
        }

        return false;
    }

    public bool TryEvent([MaybeNullWhen(false)] out TEvent e) => machine.TryEvent(out e);
}
