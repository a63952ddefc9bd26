using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>A stream that the peer has opened, until it is known what it wants and whether that can be done.</summary>
/// <param name="stream">The stream.</param>
/// <param name="now">The current time.</param>
internal sealed class PeerRequest(IByteStream stream, Instant now) : IDisposable
{
    /// <summary>A peer has this long to say what it wants.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly Instant _since = now;
    private IDial? _dial;

    /// <summary>The stream.</summary>
    public IByteStream Stream => stream;

    /// <summary>What it wants; null while that is not known.</summary>
    public OpenRequest? Wanted { get; private set; }

    /// <summary>Whether a connection is being made for it.</summary>
    public bool IsDialing => _dial is not null;

    /// <summary>Reads what it wants. False if it cannot be understood, or comes too late.</summary>
    public bool TryRead(Instant now)
    {
        if (Wanted is not null) { return true; }

        ReadOutcome outcome = OpenRequest.Read(stream.Peek(), out OpenRequest request, out int length);
        if (outcome == ReadOutcome.Whole)
        {
            stream.Take(length, now);
            stream.Consume(stream.Taken, now);
            HeadLength = length;
            Wanted = request;
        }

        bool isLate = now - _since > LongestSilence || stream.HasPeerFailed || stream.IsAtEnd;
        return outcome == ReadOutcome.Whole || (outcome == ReadOutcome.Incomplete && !isLate);
    }

    /// <summary>The bytes of its head.</summary>
    public int HeadLength { get; private set; }

    /// <summary>Begins to connect.</summary>
    public void Dial(IForwardNetwork network, in OpenRequest target, bool isOwn) => _dial = network.Dial(target, isOwn);

    /// <summary>Takes the connection that was made; false while there is none.</summary>
    public bool TryTake(out NetworkEnd end)
    {
        end = default;
        return _dial?.TryTake(out end) ?? false;
    }

    /// <inheritdoc/>
    public void Dispose() => _dial?.Dispose();
}
