using System.Buffers.Binary;
using System.Security.Cryptography;
using Punch.Protocol.Frames;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Session.Gathering;

/// <summary>The keys of a meeting: of the code, of this process, and of what others must not guess.</summary>
internal sealed class MeetingSecrets : IDisposable
{
    /// <summary>Derives them, and wipes the scalar.</summary>
    public MeetingSecrets(MeetingCode code, PartyId party, byte[] scalar)
    {
        Keys = MeetingKeys.From(code);
        Own = new OwnKeys(scalar);
        Sealer = new HelloSealer(Keys, party);
        Span<byte> derived = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, derived, salt: default, info: "punch/1 ids"u8);
        Ids = new TransactionIdSource(Word(derived), Word(derived[8..]));
        TokenKey = (Word(derived[16..]), Word(derived[24..]));
        CryptographicOperations.ZeroMemory(derived);
        CryptographicOperations.ZeroMemory(scalar);
    }

    /// <summary>Of the code.</summary>
    public MeetingKeys Keys { get; }

    /// <summary>Of this process.</summary>
    public OwnKeys Own { get; }

    /// <summary>Seals the hellos of this process.</summary>
    public HelloSealer Sealer { get; }

    /// <summary>The ids of requests to servers.</summary>
    public TransactionIdSource Ids { get; }

    /// <summary>The key of the tokens of probes.</summary>
    public (ulong High, ulong Low) TokenKey { get; }

    public void Dispose()
    {
        Sealer.Dispose();
        Own.Dispose();
        Keys.Dispose();
    }

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64BigEndian(bytes);
}
