namespace Punch.Protocol.Streams;

/// <summary>Which streams each side may open, and their numbers: RFC 9000 §2.1 and §4.6. All streams go both ways.</summary>
internal sealed class StreamLimits
{
    /// <summary>The streams that each side may have open. Both sides know it without a word.</summary>
    public const ulong MostOpen = 128;

    // The two low bits of a number say who opened it and which ways it goes.
    private const int TypeBits = 2;

    private ulong _own;
    private ulong _ownLimit = MostOpen;
    private ulong _peers;
    private ulong? _type;

    /// <summary>The streams that the peer may open in all.</summary>
    public ulong PeerLimit { get; private set; } = MostOpen;

    /// <summary>Whether this side may open one more now.</summary>
    public bool MayOpen => _type is not null && _own < _ownLimit;

    /// <summary>Whether no stream was opened yet, by either side.</summary>
    public bool IsUnused => _own == 0 && _peers == 0;

    /// <summary>Decides who is the client: the low party. It stays so once a stream is open.</summary>
    public void Assign(bool isClient) => _type = IsUnused ? (isClient ? 0UL : 1) : _type;

    /// <summary>The number of the next stream of this side. Call it only if it may open one.</summary>
    public ulong Next() => (_own++ << TypeBits) | _type!.Value;

    /// <summary>The peer allows this many in all. A number that is too large for a stream allows no more.</summary>
    public void Allow(ulong count) => _ownLimit = Math.Max(_ownLimit, Math.Min(count, VarInt.Max >> TypeBits));

    /// <summary>A stream of the peer is over: it may open another one.</summary>
    public void NoteOver(ulong id)
    {
        if (!IsOwn(id)) { PeerLimit++; }
    }

    /// <summary>Finds out what a number that is not open means.</summary>
    /// <param name="id">The number of a stream.</param>
    /// <param name="opens">The streams of the peer that open with it: all up to it.</param>
    /// <returns>False if the peer may not name it.</returns>
    public bool TryReach(ulong id, out (ulong First, int Count) opens)
    {
        opens = default;
        ulong index = id >> TypeBits;
        if (_type is null || (id & 2) != 0) { return false; }

        if (IsOwn(id)) { return index < _own; }

        if (index >= PeerLimit) { return false; }

        if (index < _peers) { return true; }

        opens = ((_peers << TypeBits) | (id & 1), (int)(index - _peers) + 1);
        _peers = index + 1;
        return true;
    }

    /// <summary>The number after another one of the same side.</summary>
    public static ulong After(ulong id) => id + (1 << TypeBits);

    private bool IsOwn(ulong id) => (id & 1) == _type;
}
