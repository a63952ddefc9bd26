using System.Diagnostics.CodeAnalysis;

namespace Punch.Tests.Session;

/// <summary>A server whose notices are lost as a test decides, in order of sending.</summary>
internal sealed class NoticeLoss<TEvent>(IProtocol<TEvent> server, Func<bool> loses) : IProtocol<TEvent>
    where TEvent : notnull
{
    public bool IsEnded => server.IsEnded;

    public Instant? NextTimeout => server.NextTimeout;

    public ReadOnlySpan<byte> Payload => server.Payload;

    public void Note(in NetworkNotice notice, Instant now) => server.Note(notice, now);

    public void Stop(Instant now) => server.Stop(now);

    public void Receive(in Datagram datagram, Instant now) => server.Receive(datagram, now);

    public void Timeout(Instant now) => server.Timeout(now);

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (server.TryTransmit(buffer, out transmit))
        {
            if (!PeerNotice.TryRead(buffer[..transmit.Length], out _) || !loses()) { return true; }
        }

        return false;
    }

    public bool TryEvent([MaybeNullWhen(false)] out TEvent e) => server.TryEvent(out e);
}
