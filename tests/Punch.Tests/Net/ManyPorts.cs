using System.Diagnostics.CodeAnalysis;

namespace Punch.Tests.Net;

/// <summary>
/// Sends a datagram from each of many ports to the next one, and ends when each has heard it, or after ten seconds of the loop's clock. The
/// first port must be open.
/// </summary>
internal sealed class ManyPorts(TransportAddress[] locals) : IProtocol<Pong>
{
    private int _next;

    public HashSet<TransportAddress> Unheard { get; } = [.. locals];

    public List<NetworkNotice> Failed { get; } = [];

    public bool IsEnded { get; private set; }

    public Instant? NextTimeout => IsEnded ? null : Instant.At(TimeSpan.FromSeconds(10));

    public ReadOnlySpan<byte> Payload => default;

    public void Receive(in Datagram datagram, Instant now)
    {
        int from = Array.IndexOf(locals, datagram.From);
        if (locals[(from + 1) % locals.Length] == datagram.To) { Unheard.Remove(datagram.To); }

        IsEnded |= Unheard.Count == 0;
    }

    public void Note(in NetworkNotice notice, Instant now) => Failed.Add(notice);

    public void Timeout(Instant now) => IsEnded = true;

    public void Stop(Instant now) => IsEnded = true;

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (_next == locals.Length * 2) { return false; }

        // The first round only opens the sockets.
        bool isFirstRound = _next < locals.Length;
        transmit = new Transmit(locals[_next % locals.Length], locals[isFirstRound ? 0 : (_next + 1) % locals.Length], 1);
        _next++;
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out Pong e)
    {
        e = default;
        return false;
    }
}
