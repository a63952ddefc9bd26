using System.Diagnostics.CodeAnalysis;

namespace Punch.Tests.Session;

/// <summary>A machine behind a path that loses what is longer than <paramref name="most"/> bytes, both ways and without a word.</summary>
internal sealed class NarrowMachine<TEvent>(IProtocol<TEvent> machine, int most) : IProtocol<TEvent>
    where TEvent : notnull
{
    public bool IsEnded => machine.IsEnded;

    public Instant? NextTimeout => machine.NextTimeout;

    public ReadOnlySpan<byte> Payload => machine.Payload;

    public void Receive(in Datagram datagram, Instant now)
    {
        if (datagram.Payload.Length <= most) { machine.Receive(datagram, now); }
    }

    public void Note(in NetworkNotice notice, Instant now) => machine.Note(notice, now);

    public void Stop(Instant now) => machine.Stop(now);

    public void Timeout(Instant now) => machine.Timeout(now);

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (machine.TryTransmit(buffer, out transmit))
        {
            if (transmit.Length <= most) { return true; }
        }

        return false;
    }

    public bool TryEvent([MaybeNullWhen(false)] out TEvent e) => machine.TryEvent(out e);
}
