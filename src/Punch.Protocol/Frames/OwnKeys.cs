using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>
/// The keys of one process, one after the other. The first is made from the scalar given at the start. Each later one is derived from a
/// secret that is replaced at the same time. So a wiped key cannot be made again.
/// </summary>
internal sealed class OwnKeys : IDisposable
{
    private readonly byte[] _chain = Secret.Allocate(MeetingKeys.KeyLength);

    /// <param name="scalar"><see cref="EphemeralKey.ScalarLength"/> bytes from a secure source; wipe them after use.</param>
    /// <exception cref="ArgumentException">The number of bytes is wrong.</exception>
    public OwnKeys(ReadOnlySpan<byte> scalar)
    {
        Current = EphemeralKey.Create(scalar);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, _chain, salt: default, info: "punch/1 own keys"u8);
    }

    /// <summary>The key in use.</summary>
    public EphemeralKey Current { get; private set; }

    /// <summary>Wipes the key in use and makes the next one.</summary>
    public void Renew()
    {
        Span<byte> derived = stackalloc byte[EphemeralKey.ScalarLength + MeetingKeys.KeyLength];
        HKDF.Expand(HashAlgorithmName.SHA256, _chain, derived, "punch/1 next key"u8);
        Current.Dispose();
        Current = EphemeralKey.Create(derived[..EphemeralKey.ScalarLength]);
        derived[EphemeralKey.ScalarLength..].CopyTo(_chain);
        CryptographicOperations.ZeroMemory(derived);
    }

    /// <summary>Wipes all keys.</summary>
    public void Dispose()
    {
        Current.Dispose();
        CryptographicOperations.ZeroMemory(_chain);
    }

    /// <summary>A constant text, so that no log shows a key.</summary>
    public override string ToString() => "(keys of this party)";
}
