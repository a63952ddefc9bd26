using System.Numerics;
using Punch.Protocol.Stun;
using Punch.Serving.Tables;

namespace Punch.Serving.Limits;

/// <summary>
/// Counts places for the networks that hold at least one. The hash is keyed, so a stranger cannot choose networks that share a chain.
/// </summary>
internal sealed class NetworkCounts
{
    private readonly PagedPool<Count> _counts = new(pageBits: 10);
    private readonly SipHash _hash;
    private readonly int[] _chains; // by hash: the first count

    /// <param name="expected">The expected number of networks; more networks make it slower.</param>
    /// <param name="key">The key of the hash.</param>
    public NetworkCounts(int expected, (ulong First, ulong Second) key)
    {
        _hash = new SipHash(key.First, key.Second);
        _chains = new int[BitOperations.RoundUpToPowerOf2((uint)expected)];
    }

    /// <summary>The number of networks that hold something.</summary>
    public int Networks { get; private set; }

    /// <summary>The number of places that a network holds.</summary>
    public int this[NetworkName network]
    {
        get
        {
            int at = Chain(network);
            while (at != PagedPool.None && _counts[at].Network != network) { at = _counts[at].Next; }

            return at == PagedPool.None ? 0 : _counts[at].Held;
        }
    }

    /// <summary>Adds one place to a network.</summary>
    public void Add(NetworkName network)
    {
        ref int chain = ref Chain(network);
        int at = chain;
        while (at != PagedPool.None && _counts[at].Network != network) { at = _counts[at].Next; }

        if (at == PagedPool.None)
        {
            at = _counts.Take();
            (_counts[at].Network, _counts[at].Next) = (network, chain);
            chain = at;
            Networks++;
        }

        _counts[at].Held++;
    }

    /// <summary>Takes one place from a network that holds some.</summary>
    public void Subtract(NetworkName network)
    {
        ref int link = ref Chain(network);
        int at = link, before = PagedPool.None;
        while (_counts[at].Network != network) { (before, at) = (at, _counts[at].Next); }

        if (--_counts[at].Held > 0) { return; }

        if (before == PagedPool.None) { link = _counts[at].Next; }
        else { _counts[before].Next = _counts[at].Next; }

        _counts.Return(at);
        Networks--;
    }

    private ref int Chain(NetworkName network) => ref _chains[(int)(_hash.Of(network.Word) & (uint)(_chains.Length - 1))];

    private struct Count : ILinked
    {
        public NetworkName Network;
        public int Held;

        public int Next { get; set; }
    }
}
