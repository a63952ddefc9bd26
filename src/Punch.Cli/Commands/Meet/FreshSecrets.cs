using Punch.Net;
using Punch.Protocol.Frames;

namespace Punch.Cli.Commands.Meet;

/// <summary>What a meeting draws anew for each process, from the secure source of the system.</summary>
internal static class FreshSecrets
{
    /// <summary>A code.</summary>
    public static MeetingCode Code()
    {
        Span<byte> random = stackalloc byte[MeetingCode.RandomLength];
        Entropy.Fill(random);
        return MeetingCode.FromRandom(random);
    }

    /// <summary>The name of this process.</summary>
    public static PartyId Party()
    {
        Span<byte> party = stackalloc byte[PartyId.Length];
        Entropy.Fill(party);
        return PartyId.FromBytes(party);
    }

    /// <summary>The private key of this process.</summary>
    public static byte[] Scalar()
    {
        byte[] scalar = new byte[EphemeralKey.ScalarLength];
        Entropy.Fill(scalar);
        return scalar;
    }
}
