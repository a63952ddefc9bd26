using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>Bytes without a meaning from sources all over the world, some with the beginning of a message that the server knows.</summary>
internal sealed class RandomBytes() : Attack("random bytes, forged sources", perSecond: 2000)
{
    private const int Longest = 1200;

    public override IReadOnlyList<HostAddress> Addresses { get; } = [HostAddress.Parse("192.0.2.66")];

    public override Packet? Next(TransportAddress server, ref SplitMix64 random)
    {
        byte[] bytes = Draw(random.NextInt(4) == 0 ? Longest : 1 + random.NextInt(Longest), ref random);
        if (random.NextInt(2) == 0) { bytes[0] = (byte)random.NextInt(4); }

        return Make(DrawSource(ref random), server, bytes);
    }
}
