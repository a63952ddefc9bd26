using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

using Punch.Protocol.Candidates;

namespace Punch.Protocol.Frames;

/// <summary>
/// The sealed message of a party to its peer through the server: its public key and the addresses where it may be reached.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |  version = 1  |     round     |    traits     | capabilities  |
/// +---------------+---------------+---------------+---------------+
/// |                 public key: X and Y (64 bytes)               ...
/// +---------------+-----------------------------------------------+
/// |     count     |  count candidates, then zeros up to 32 bytes ...
/// +---------------+-----------------------------------------------+
/// candidate: 1 bit for TCP, kind (3 bits), family 4 or 6 (4 bits), port (16 bits), address (32 or 128 bits)
/// traits:    bits 0 and 1 mapping, bits 2 and 3 filtering (0 unknown, 1 endpoint-independent, 2 dependent), bit 4 no NAT,
///            bit 5 the proof of the path is enough, bit 6 the sender changes the keys of frames,
///            bit 7 the sender binds a leg of the server's relay
/// capabilities: bit 0 the sender can carry streams, bit 1 it reads data with the time at which it left. An earlier version writes 0 and
///            ignores the byte.
/// </code>
/// Whole plaintexts are padded to a multiple of 32 bytes, so that the length hardly reveals how many addresses a party has.
/// </remarks>
public sealed class Hello
{
    /// <summary>The version this code speaks.</summary>
    public const byte Version = 1;

    /// <summary>The most candidates a hello holds.</summary>
    public const int MaxCandidates = 16;

    /// <summary>The longest plaintext in bytes: 16 IPv6 candidates.</summary>
    public const int MaxLength = 384;

    private const byte PathProofBit = 1 << 5;
    private const byte StepsKeysBit = 1 << 6;
    private const byte RelaysBit = 1 << 7;
    private const byte StreamsBit = 1 << 0;
    private const byte StampsBit = 1 << 1;
    private const int CapabilitiesOffset = 3; // version(1) + round(1) + traits(1)
    private const int KeyOffset = CapabilitiesOffset + 1;
    private const int CountOffset = KeyOffset + EphemeralKey.PublicKeyLength;
    private const int HeaderLength = CountOffset + 1;
    private const int Granularity = 32;
    private const int PortOffset = 1; // kind and family(1)
    private const int HostOffset = 3; // kind and family(1) + port(2)
    private const int TcpBit = 1 << 3; // of the kind; a party that does not know it leaves the candidate out
    private const int V4 = 4;
    private const int V6 = 6;

    private Hello(byte round, HelloTraits traits, byte[] publicKey, Candidate[] candidates)
    {
        Round = round;
        Traits = traits;
        PublicKey = publicKey;
        Candidates = candidates;
    }

    /// <summary>Creates a hello to seal.</summary>
    /// <param name="round">How many fresh local ports the sender has used.</param>
    /// <param name="traits">The facts about its NAT.</param>
    /// <param name="publicKey">64 bytes, from <see cref="EphemeralKey.PublicKey"/>.</param>
    /// <param name="candidates">At most <see cref="MaxCandidates"/>, the best first.</param>
    /// <exception cref="ArgumentException">The key has the wrong length, or there are too many candidates.</exception>
    public Hello(byte round, HelloTraits traits, ReadOnlyMemory<byte> publicKey, IReadOnlyList<Candidate> candidates)
        : this(round, traits, publicKey.ToArray(), [.. candidates])
    {
        bool isKey = publicKey.Length == EphemeralKey.PublicKeyLength;
        if (!isKey) { throw new ArgumentException("a public key has 64 bytes", nameof(publicKey)); }

        if (candidates.Count > MaxCandidates) { throw new ArgumentException("a hello holds 16 candidates at most", nameof(candidates)); }
    }

    /// <summary>How many fresh local ports the sender has used: 0 at first.</summary>
    public byte Round { get; }

    /// <summary>The sender's facts about its NAT.</summary>
    public HelloTraits Traits { get; }

    /// <summary>
    /// Whether the proof of the path is enough for the sender: it accepts payload before any message, and needs no messages on an idle
    /// path.
    /// </summary>
    public bool TrustsPathProof { get; init; }

    /// <summary>Whether the sender changes to another key after many frames, if its peer does so too.</summary>
    public bool StepsKeys { get; init; }

    /// <summary>Whether the sender binds a leg of the server's relay once it knows its peer.</summary>
    public bool Relays { get; init; }

    /// <summary>Whether the sender can carry streams.</summary>
    public bool CarriesStreams { get; init; }

    /// <summary>Whether the sender reads data with the time at which it left.</summary>
    public bool ReadsStamps { get; init; }

    /// <summary>The sender's public key, 64 bytes. It is checked only when it is used.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The addresses where the sender may be reached, the best first; at most <see cref="MaxCandidates"/>.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>Writes the plaintext and returns its length, a multiple of 32.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    internal int Write(Span<byte> destination)
    {
        destination[..MaxLength].Clear();
        destination[0] = Version;
        destination[1] = Round;
        destination[2] = (byte)(Traits.ToByte()
            | (TrustsPathProof ? PathProofBit : 0)
            | (StepsKeys ? StepsKeysBit : 0)
            | (Relays ? RelaysBit : 0));
        destination[CapabilitiesOffset] = (byte)((CarriesStreams ? StreamsBit : 0) | (ReadsStamps ? StampsBit : 0));
        PublicKey.Span.CopyTo(destination[KeyOffset..]);
        destination[CountOffset] = (byte)Candidates.Count;
        int length = HeaderLength;
        for (int i = 0; i < Candidates.Count; i++) { length += WriteCandidate(Candidates[i], destination[length..]); }

        return (length + Granularity - 1) / Granularity * Granularity;
    }

    /// <summary>Reads a plaintext. It never throws. It allocates the hello and its parts.</summary>
    /// <returns><see cref="HelloError.OtherVersion"/>, <see cref="HelloError.Malformed"/>, or none.</returns>
    internal static HelloError Parse(ReadOnlySpan<byte> plaintext, out Hello? hello)
    {
        hello = null;
        if (plaintext.IsEmpty) { return HelloError.Malformed; }

        if (plaintext[0] != Version) { return HelloError.OtherVersion; }

        if (plaintext.Length < HeaderLength || plaintext[CountOffset] > MaxCandidates) { return HelloError.Malformed; }

        ReadOnlySpan<byte> list = plaintext[HeaderLength..];
        if (!TryReadCandidates(list, plaintext[CountOffset], out Candidate[]? candidates)) { return HelloError.Malformed; }

        byte[] publicKey = plaintext[KeyOffset..CountOffset].ToArray();
        hello = new Hello(plaintext[1], HelloTraits.FromByte(plaintext[2]), publicKey, candidates)
        {
            TrustsPathProof = (plaintext[2] & PathProofBit) != 0,
            StepsKeys = (plaintext[2] & StepsKeysBit) != 0,
            Relays = (plaintext[2] & RelaysBit) != 0,
            CarriesStreams = (plaintext[CapabilitiesOffset] & StreamsBit) != 0,
            ReadsStamps = (plaintext[CapabilitiesOffset] & StampsBit) != 0,
        };
        return HelloError.None;
    }

    private static int WriteCandidate(in Candidate candidate, Span<byte> destination)
    {
        HostAddress host = candidate.Address.Host;
        int kind = (int)candidate.Kind | (candidate.Address.IsStream ? TcpBit : 0);
        destination[0] = (byte)(kind << 4 | (host.IsV6 ? V6 : V4));
        BinaryPrimitives.WriteUInt16BigEndian(destination[PortOffset..], candidate.Address.Port);
        return HostOffset + host.Write(destination[HostOffset..]);
    }

    private static bool TryReadCandidates(ReadOnlySpan<byte> bytes, int count, [NotNullWhen(true)] out Candidate[]? candidates)
    {
        candidates = null;
        var read = new List<Candidate>(count);
        for (; count > 0; count--)
        {
            if (bytes.IsEmpty) { return false; }

            int addressLength = (bytes[0] & 0x0F) switch { V4 => 4, V6 => 16, _ => 0 };
            // The length of an address of a future family is unknown, so the list ends here.
            if (addressLength == 0) { break; }

            // kind and family(1) + port(2) + address(4 or 16)
            if (bytes.Length < HostOffset + addressLength) { return false; }

            var kind = (CandidateKind)((bytes[0] >> 4) & ~TcpBit);
            if (kind <= CandidateKind.Relayed)
            {
                HostAddress host = HostAddress.FromBytes(bytes.Slice(HostOffset, addressLength));
                Transport transport = (bytes[0] >> 4 & TcpBit) != 0 ? Transport.Tcp : Transport.Udp;
                ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]);
                read.Add(new Candidate(kind, new TransportAddress(host, port, transport)));
            }

            bytes = bytes[(HostOffset + addressLength)..];
        }

        candidates = [.. read];
        return true;
    }
}
