using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>Somebody who sends to a server what it should not have to suffer. Datagrams are sent by the lab's router.</summary>
internal abstract class Attack(string name, int perSecond)
{
    /// <summary>For people.</summary>
    public string Name => name;

    /// <summary>Datagrams a second.</summary>
    public int PerSecond => perSecond;

    /// <summary>Addresses that it receives at; its sources may be others.</summary>
    public abstract IReadOnlyList<HostAddress> Addresses { get; }

    /// <summary>Whether honest clients ask over TCP.</summary>
    public virtual bool IsOverTcp => false;

    /// <summary>What it sent besides datagrams, in all: messages, their bytes, and the bytes that came back.</summary>
    public (long Packets, long BytesIn, long BytesOut) Counted { get; private set; }

    /// <summary>Begins what is no datagram.</summary>
    public virtual void Begin(LabHost server, TransportAddress target)
    {
        // Most send datagrams alone.
    }

    /// <summary>Ends it.</summary>
    public virtual void End()
    {
        // What did not begin.
    }

    /// <summary>Makes the next datagram; null when there is nothing to send now.</summary>
    public abstract Packet? Next(TransportAddress server, ref SplitMix64 random);

    /// <summary>Takes a datagram that came to one of its addresses.</summary>
    public virtual void Receive(in Packet packet)
    {
        // Most do not care.
    }

    /// <summary>Takes a datagram of somebody else that it saw on its way to the server.</summary>
    public virtual void Overhear(in Packet packet)
    {
        // Most can't.
    }

    /// <summary>Adds to <see cref="Counted"/>.</summary>
    protected void Count(long packets, long bytesIn, long bytesOut) =>
        Counted = (Counted.Packets + packets, Counted.BytesIn + bytesIn, Counted.BytesOut + bytesOut);

    /// <summary>A datagram of the attack.</summary>
    protected static Packet Make(TransportAddress from, TransportAddress to, ReadOnlyMemory<byte> payload) => new(from, to, HopLimit: 64, payload);

    /// <summary>Any public address of IPv4 that no host of the lab has.</summary>
    protected static TransportAddress DrawSource(ref SplitMix64 random)
    {
        byte[] host = [(byte)(20 + random.NextInt(60)), (byte)random.NextInt(256), (byte)random.NextInt(256), (byte)random.NextInt(256)];
        return new TransportAddress(HostAddress.FromBytes(host), DrawPort(ref random));
    }

    /// <summary>A port that clients use.</summary>
    protected static ushort DrawPort(ref SplitMix64 random) => (ushort)(1024 + random.NextInt(60_000));

    /// <summary>Random bytes.</summary>
    protected static byte[] Draw(int length, ref SplitMix64 random)
    {
        byte[] drawn = new byte[length];
        for (int i = 0; i < drawn.Length; i++) { drawn[i] = (byte)random.NextInt(256); }

        return drawn;
    }
}
