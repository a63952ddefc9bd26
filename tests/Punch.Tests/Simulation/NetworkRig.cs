using Punch.Simulation;

namespace Punch.Tests.Simulation;

/// <summary>A network whose steps and deliveries are collected.</summary>
internal sealed class NetworkRig
{
    public NetworkRig(ulong seed = 1)
    {
        Network = new Network(seed) { Observer = Steps.Add };
    }

    public Network Network { get; }

    public List<NetworkStep> Steps { get; } = [];

    public static LinkOptions Delay(double milliseconds) => new() { Delay = TimeSpan.FromMilliseconds(milliseconds) };

    public Node Host(string name, Node parent, string address, LinkOptions? uplink = null) =>
        Network.AddHost(name, parent, [HostAddress.Parse(address)], uplink ?? new LinkOptions());

    public Node Router(string name, Node parent, IMiddlebox middlebox, LinkOptions? uplink = null) =>
        Network.AddRouter(name, parent, middlebox, uplink ?? new LinkOptions());

    public static Nat NatOf(string address, NatOptions? options = null, ulong seed = 1) =>
        new((options ?? new NatOptions()) with { PublicAddresses = [HostAddress.Parse(address)] }, seed);

    public void Send(
        Node host, string source, string destination, double at = 0, byte hopLimit = 64, ReadOnlyMemory<byte> payload = default) =>
        Network.Send(host, NatRig.PacketOf(source, destination, hopLimit, payload), NatRig.At(at));

    /// <summary>All that arrives until the network is idle.</summary>
    public List<Delivery> Drain()
    {
        var deliveries = new List<Delivery>();
        while (Network.NextTimeout is { } next)
        {
            while (Network.TryDeliver(next, out Delivery delivery))
            {
                byte[] payload = delivery.Packet.Payload.ToArray();
                deliveries.Add(delivery with { Packet = delivery.Packet with { Payload = payload } });
            }
        }

        return deliveries;
    }

    public IEnumerable<DropReason> Drops => Steps.Where(step => step.Kind == StepKind.Dropped).Select(step => step.Reason);

    public string Transcript => string.Join('\n', Steps);
}
