using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>STUN binding requests from sources all over the world.</summary>
internal sealed class BindingFlood() : Attack("binding requests, forged sources", perSecond: 2000)
{
    private static readonly byte[] Header = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
    private const int IdLength = 12;

    public override IReadOnlyList<HostAddress> Addresses { get; } = [HostAddress.Parse("192.0.2.66")];

    public override Packet? Next(TransportAddress server, ref SplitMix64 random) =>
        Make(DrawSource(ref random), server, (byte[])[.. Header, .. Draw(IdLength, ref random)]);
}
