using System.Buffers.Binary;
using System.Security.Cryptography;
using Punch.Net.Unix;

namespace Punch.Net;

/// <summary>
/// Secure random bits for ids. On Linux <see cref="RandomNumberGenerator"/> loads OpenSSL, and aborts the process if OpenSSL is missing, as
/// in an empty container. Loading it also costs more than everything else before the first datagram. So on Linux the bits come from the
/// kernel.
/// </summary>
public static class Entropy
{
    /// <summary>The next 64 bits from the system's secure source.</summary>
    public static ulong Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Fills a buffer from the system's secure source.</summary>
    /// <param name="bytes">At most 256 bytes.</param>
    public static void Fill(Span<byte> bytes)
    {
        if (!OperatingSystem.IsLinux()) { RandomNumberGenerator.Fill(bytes); }
        else if (!FillFromKernel(bytes)) { FillFromGuids(bytes); }
    }

    /// <summary>The fallback: random GUIDs come from the secure source too, but some of their bits beyond the first 48 are fixed.</summary>
    internal static void FillFromGuids(Span<byte> bytes)
    {
        Span<byte> guid = stackalloc byte[16];
        for (int at = 0; at < bytes.Length; at += sizeof(int))
        {
            Guid.NewGuid().TryWriteBytes(guid);
            guid[..Math.Min(sizeof(int), bytes.Length - at)].CopyTo(bytes[at..]);
        }
    }

    // getrandom(2) gives up to 256 bytes whole. It fails if a sandbox forbids the call, or if a signal interrupts the wait for the first
    // entropy after boot.
    private static bool FillFromKernel(Span<byte> bytes) => LibC.GetRandom(bytes) == bytes.Length;
}
