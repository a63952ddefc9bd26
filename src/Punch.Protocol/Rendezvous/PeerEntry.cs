using System.Net.Sockets;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Rendezvous;

/// <summary>What a server tells one party of the other: a view of the message it stands in, or of what is to be written.</summary>
public readonly ref struct PeerEntry
{
    /// <summary>The other party's name, 16 bytes; empty when there is no other party.</summary>
    public ReadOnlySpan<byte> Party { get; init; }

    /// <summary>What it has to say, 1 to 448 bytes that only a holder of the code can read. Nothing else here is authentic.</summary>
    public ReadOnlySpan<byte> Sealed { get; init; }

    /// <summary>Where the server sees it over IPv4.</summary>
    public TransportAddress? V4 { get; init; }

    /// <summary>Where the server sees it over IPv6.</summary>
    public TransportAddress? V6 { get; init; }

    /// <summary>Whether there is no other party.</summary>
    public bool IsEmpty => Party.IsEmpty;

    /// <summary>
    /// Takes PARTY, SEALED and XOR-PEER-ADDRESS; an empty entry when there is no PARTY, false when one of them is malformed.
    /// </summary>
    internal static bool TryRead(scoped in StunMessage message, out PeerEntry entry)
    {
        entry = default;
        if (!message.TryGetValue(OwnStunAttributes.Party, out ReadOnlySpan<byte> party)) { return true; }

        if (party.Length != RendezvousLimits.Party || !message.TryGetValue(OwnStunAttributes.Sealed, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        if (bytes.Length is 0 or > RendezvousLimits.Sealed) { return false; }

        entry = new PeerEntry
        {
            Party = party,
            Sealed = bytes,
            V4 = AddressOf(message, AddressFamily.InterNetwork),
            V6 = AddressOf(message, AddressFamily.InterNetworkV6),
        };
        return true;
    }

    /// <summary>Writes what <see cref="TryRead"/> takes; nothing when this is empty.</summary>
    internal bool TryWrite(ref StunWriter writer) =>
        IsEmpty
        || (writer.TryWrite(OwnStunAttributes.Party, Party)
            && writer.TryWrite(OwnStunAttributes.Sealed, Sealed)
            && TryWrite(ref writer, V4)
            && TryWrite(ref writer, V6));

    private static TransportAddress? AddressOf(in StunMessage message, AddressFamily family) =>
        message.TryGetXorAddress(StunAttributeType.XorPeerAddress, family, out TransportAddress address) ? address : null;

    private static bool TryWrite(ref StunWriter writer, in TransportAddress? address) =>
        address is not { } known || writer.TryWriteXorAddress(StunAttributeType.XorPeerAddress, known);
}
