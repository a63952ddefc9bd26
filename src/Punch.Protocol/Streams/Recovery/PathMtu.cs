namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// The largest packet that a path carries, found by probes (RFC 8899 §5). ICMP is not believed, so a forger cannot shrink it. Sizes are
/// bytes of UDP payload. The base is the least size, so there is no error state.
/// </summary>
internal sealed class PathMtu
{
    /// <summary>What each path carries: the 1,280 bytes of IPv6 without its header and that of UDP.</summary>
    public const int Base = 1_232;

    // RFC 8899 §5.1.2: MAX_PROBES.
    private const int MaxTries = 3;

    // Four losses in a row without one of that size acknowledged are not chance: at 10 % loss one in 10,000.
    private const int BlackHoleLosses = 4;

    // RFC 8899 §5.1.1: PMTU_RAISE_TIMER.
    private static readonly TimeSpan RaiseAfter = TimeSpan.FromSeconds(600);

    // Ethernet with IPv6 and with IPv4, jumbo frames, half of the loopback interface. The limit itself comes last.
    private static readonly int[] Steps = [1_452, 1_472, 8_972, 16_384];

    private int _step;
    private int _tries;
    private int _losses;
    private ulong _largestAcknowledged;
    private bool _isProbing;
    private Instant? _raiseAt;

    /// <param name="limit">The largest UDP payload that both sides can take.</param>
    public PathMtu(int limit) => Limit = Math.Max(limit, Base);

    /// <summary>The largest UDP payload that both sides can take. It bounds the search.</summary>
    public int Limit { get; private set; }

    /// <summary>The largest packet that is known to arrive.</summary>
    public int Current { get; private set; } = Base;

    /// <summary>Whether the search is over until the raise timer.</summary>
    public bool IsComplete => _raiseAt is not null || NextStep == 0;

    /// <summary>Times that large packets stopped to arrive.</summary>
    public int BlackHoles { get; private set; }

    private int NextStep => _step < Steps.Length && Steps[_step] < Limit ? Steps[_step] : Current < Limit ? Limit : 0;

    /// <summary>Takes the limit when the peer tells its own.</summary>
    public void SetLimit(int limit)
    {
        Limit = Math.Max(limit, Base);
        Current = Math.Min(Current, Limit);
    }

    /// <summary>The size of the probe to send now; 0 if none is due. At most one probe is in flight.</summary>
    public int ProbeSize(Instant now)
    {
        if (_isProbing) { return 0; }

        if (_raiseAt is null) { return NextStep; }

        if (now < _raiseAt) { return 0; }

        _raiseAt = null;
        _tries = 0;
        return NextStep;
    }

    /// <summary>Begins at the base: the path is new.</summary>
    public void Reset()
    {
        Current = Base;
        (_step, _tries, _losses, _isProbing, _raiseAt) = (0, 0, 0, false, null);
    }

    /// <summary>Takes note of a probe that was sent.</summary>
    public void NoteProbe() => _isProbing = true;

    /// <summary>Takes note of a packet that arrived.</summary>
    public void Acknowledge(in SentPacket packet)
    {
        if (packet.Size > Base)
        {
            _largestAcknowledged = Math.Max(_largestAcknowledged, packet.Number);
            _losses = 0;
        }

        if (!packet.IsMtuProbe) { return; }

        _isProbing = false;
        _tries = 0;
        if (packet.Size <= Current || packet.Size > Limit) { return; }

        Current = packet.Size;
        while (_step < Steps.Length && Steps[_step] <= Current) { _step++; }
    }

    /// <summary>Takes note of a loss.</summary>
    public void Lose(in SentPacket packet, Instant now)
    {
        if (packet.IsMtuProbe)
        {
            _isProbing = false;
            if (++_tries >= MaxTries) { _raiseAt = now + RaiseAfter; }

            return;
        }

        // A large packet that was sent later arrived, so the size is not the reason.
        if (packet.Size <= Base || packet.Number < _largestAcknowledged || Current == Base) { return; }

        if (++_losses < BlackHoleLosses) { return; }

        BlackHoles++;
        Reset();
    }
}
