using System.Diagnostics.CodeAnalysis;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Cli.Predict;

/// <summary>What a simulated STUN exchange tells: the address that the server sees.</summary>
internal readonly record struct StunNews(TransportAddress Mapped);

/// <summary>Asks a STUN server once, from the socket that the session will use. The simulated network loses nothing.</summary>
internal sealed class StunAsker(TransportAddress local, TransportAddress server) : IProtocol<StunNews>
{
    private static readonly TransactionId Id = TransactionId.FromBytes(new byte[TransactionId.Length]);

    private bool _isAsked;
    private StunNews? _news;

    /// <inheritdoc/>
    public bool IsEnded { get; private set; }

    /// <inheritdoc/>
    public Instant? NextTimeout => null;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Payload => default;

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        bool isAnswer = StunMessage.Parse(datagram.Payload, out StunMessage message) == StunParseError.None && message.Class == StunClass.Success;
        if (isAnswer && message.TryGetXorMappedAddress(out TransportAddress mapped)) { _news = new StunNews(mapped); }
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
    }

    /// <inheritdoc/>
    public void Stop(Instant now) => IsEnded = true;

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (_isAsked || !StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Request, Id, out StunWriter writer)) { return false; }

        _isAsked = true;
        transmit = new Transmit(local, server, writer.Length);
        return true;
    }

    /// <inheritdoc/>
    public bool TryEvent([MaybeNullWhen(false)] out StunNews e)
    {
        e = _news ?? default;
        bool isNew = _news is not null;
        _news = null;
        return isNew;
    }
}
