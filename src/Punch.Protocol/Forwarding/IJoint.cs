namespace Punch.Protocol.Forwarding;

/// <summary>Joins a stream to an end on this machine.</summary>
public interface IJoint
{
    /// <summary>Whether nothing is left to do.</summary>
    bool IsOver { get; }

    /// <summary>The bytes that went to the peer, and that came from it.</summary>
    (long Sent, long Received) Carried { get; }

    /// <summary>When <see cref="Turn"/> must be called, even if nothing came; null for never.</summary>
    Instant? Next { get; }

    /// <summary>Brings what came here to the peer.</summary>
    void Send(Instant now);

    /// <summary>Brings what came on either side to the other one.</summary>
    void Turn(Instant now);

    /// <summary>A datagram of the peer for this flow.</summary>
    void Deliver(ReadOnlySpan<byte> datagram, Instant now);

    /// <summary>The first bytes of the stream were not for the program here.</summary>
    void Skip(int count, Instant now);

    /// <summary>Ends both sides by a fault.</summary>
    void Abort(Instant now);
}
