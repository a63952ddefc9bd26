namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Tells losses by congestion from those of a bad line, as radio and long copper have them. A loss is congestion when a queue stands,
/// because congestion fills a queue first; or when so many packets got lost that the line would be useless anyway.
/// </summary>
/// <remarks>
/// A queue stands when the shortest round trip of the last round is longer than the shortest ever. The limit of the lost share is that of
/// BBR (draft-ietf-ccwg-bbr, BBR.LossThresh).
/// </remarks>
internal sealed class LossFilter
{
    private const int Rounds = 4;
    private const double MostLost = 0.02;
    private const int RiseDivisor = 32;

    // The jitter of timers and of radio is as long as this. A shorter path must double its round trip.
    private static readonly TimeSpan LeastRise = TimeSpan.FromMilliseconds(1.5);

    private readonly (long Lost, long Arrived)[] _rounds = new (long, long)[Rounds];
    private TimeSpan _shortest = TimeSpan.MaxValue;
    private TimeSpan _lastRound = TimeSpan.MaxValue;
    private TimeSpan _thisRound = TimeSpan.MaxValue;
    private int _round;

    /// <summary>Whether a loss now is a sign of congestion.</summary>
    public bool IsCongestion => IsQueueStanding || IsLossHigh;

    private bool IsQueueStanding
    {
        get
        {
            if (_lastRound == TimeSpan.MaxValue) { return true; }

            TimeSpan least = _shortest < LeastRise ? _shortest : LeastRise;
            TimeSpan share = _shortest / RiseDivisor;
            return _lastRound - _shortest > (share > least ? share : least);
        }
    }

    private bool IsLossHigh
    {
        get
        {
            long lost = 0;
            long all = 0;
            foreach ((long Lost, long Arrived) round in _rounds)
            {
                lost += round.Lost;
                all += round.Lost + round.Arrived;
            }

            // Twice the standard deviation: a few losses of few packets are chance.
            double expected = all * MostLost;
            return lost > expected + (2 * Math.Sqrt(expected)) + 1;
        }
    }

    /// <summary>Takes an acknowledgement.</summary>
    public void Acknowledge(in AckSample sample)
    {
        if (sample.StartsRound) { BeginRound(); }

        _rounds[_round].Arrived += sample.Packets;
        if (sample.RoundTrip is not { } roundTrip) { return; }

        _thisRound = roundTrip < _thisRound ? roundTrip : _thisRound;
        _shortest = roundTrip < _shortest ? roundTrip : _shortest;
    }

    /// <summary>Takes lost packets.</summary>
    public void Lose(int packets) => _rounds[_round].Lost += packets;

    /// <summary>Counts anew after a reduction: it answered the losses until now.</summary>
    public void NoteReduction() => Array.Clear(_rounds);

    /// <summary>Forgets all: the path is new.</summary>
    public void Reset()
    {
        Array.Clear(_rounds);
        (_shortest, _lastRound, _thisRound, _round) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue, 0);
    }

    private void BeginRound()
    {
        _lastRound = _thisRound == TimeSpan.MaxValue ? _lastRound : _thisRound;
        _thisRound = TimeSpan.MaxValue;
        _round = (_round + 1) % Rounds;
        _rounds[_round] = default;
    }
}
