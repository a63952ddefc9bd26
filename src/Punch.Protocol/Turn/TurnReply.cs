using System.Net.Sockets;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Turn;

/// <summary>A reply of a TURN server: a view of a received message.</summary>
internal readonly ref struct TurnReply
{
    private TurnReply(StunMessage message, StunErrorCode? error)
    {
        Message = message;
        Error = error;
    }

    /// <summary>The whole message.</summary>
    public StunMessage Message { get; }

    /// <summary>Ties the reply to its request.</summary>
    public TransactionId Id => Message.TransactionId;

    /// <summary>Why the request was refused; null if it was granted.</summary>
    public StunErrorCode? Error { get; }

    /// <summary>How long the server keeps an allocation; null if it does not say.</summary>
    public TimeSpan? Lifetime =>
        Message.TryGetUInt32(StunAttributeType.Lifetime, out uint seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The addresses where peers reach the client. One that no host can have does not count.</summary>
    public RelayedAddresses Relayed => new(RelayedOf(AddressFamily.InterNetwork), RelayedOf(AddressFamily.InterNetworkV6));

    /// <summary>The server to ask instead; null if it names none. Anybody can claim it without integrity.</summary>
    public TransportAddress? Alternate =>
        Message.TryGetAlternateServer(out TransportAddress alternate) && alternate.Port != 0 && alternate.Host.IsUnicast()
            ? alternate
            : null;

    /// <summary>Reads a datagram; false if it is no reply to one of the requests, or its fingerprint is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out TurnReply reply)
    {
        reply = default;
        if (StunMessage.Parse(datagram, out StunMessage message) != StunParseError.None || !IsAsked(message.Method)) { return false; }

        if (message.Class is not (StunClass.Success or StunClass.Error)) { return false; }

        if (message.HasFingerprint && !message.HasValidFingerprint()) { return false; }

        StunErrorCode code = default;
        bool isError = message.Class == StunClass.Error;
        if (isError && !message.TryGetErrorCode(out code, out _)) { return false; }

        reply = new TurnReply(message, isError ? code : null);
        return true;
    }

    // A server names the family that it lacks as an address of zeros.
    private TransportAddress? RelayedOf(AddressFamily family) =>
        Message.TryGetXorAddress(StunAttributeType.XorRelayedAddress, family, out TransportAddress relayed)
            && relayed.Port != 0 && relayed.Host.IsUnicast() ? relayed : null;

    private static bool IsAsked(StunMethod method) =>
        method is StunMethod.Allocate or StunMethod.Refresh or StunMethod.CreatePermission or StunMethod.ChannelBind;
}
