using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>Joins with forged sources in the network of an honest client: 5.5 Mbit/s.</summary>
internal sealed class JoinFlood() : Attack("joins forged from a client's /24", perSecond: 573)
{
    // The /24 of side A.
    private static readonly byte[] Network = [203, 0, 113];

    public override IReadOnlyList<HostAddress> Addresses { get; } = [HostAddress.Parse("192.0.2.66")];

    public override Packet? Next(TransportAddress server, ref SplitMix64 random)
    {
        HostAddress source = HostAddress.FromBytes([.. Network, (byte)random.NextInt(256)]);
        byte[] join = JoinBytes.Make(Draw(16, ref random), Draw(16, ref random), Draw(100, ref random), [], ref random);
        return Make(new TransportAddress(source, DrawPort(ref random)), server, join);
    }
}
