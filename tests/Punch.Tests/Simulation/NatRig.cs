using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>One middlebox and packets pushed through it by hand, at seconds on its clock.</summary>
internal sealed class NatRig(IMiddlebox middlebox)
{
    public const string Wan = "198.51.100.1";

    public static readonly HostAddress WanAddress = HostAddress.Parse(Wan);

    public static NatRig Of(NatOptions options, ulong seed = 1) =>
        new(new Nat(options with { PublicAddresses = options.PublicAddresses is [] ? [WanAddress] : options.PublicAddresses }, seed));

    public Nat Nat => (Nat)middlebox;

    public Passage TryOut(string inside, string remote, double at = 0) =>
        middlebox.Outbound(PacketOf(inside, remote), At(at));

    public Passage TryIn(string remote, TransportAddress outside, double at = 0) =>
        middlebox.Inbound(PacketOf(remote, outside.ToString()), At(at));

    /// <summary>Sends outwards and returns the outside endpoint.</summary>
    public TransportAddress Out(string inside, string remote, double at = 0)
    {
        Passage passage = TryOut(inside, remote, at);
        Assert.Equal(DropReason.None, passage.Reason);
        Assert.Equal(TransportAddress.Parse(remote), passage.Packet.Destination);
        return passage.Packet.Source;
    }

    /// <summary>Sends inwards and returns the inside endpoint that gets it; null if it is dropped.</summary>
    public TransportAddress? In(string remote, TransportAddress outside, double at = 0)
    {
        Passage passage = TryIn(remote, outside, at);
        if (!passage.IsPassed) { return null; }

        Assert.Equal(TransportAddress.Parse(remote), passage.Packet.Source);
        return passage.Packet.Destination;
    }

    public static Packet PacketOf(string source, string destination, byte hopLimit = 64, ReadOnlyMemory<byte> payload = default) =>
        new(TransportAddress.Parse(source), TransportAddress.Parse(destination), hopLimit, payload);

    public static Instant At(double seconds) => Instant.At(TimeSpan.FromSeconds(seconds));
}
