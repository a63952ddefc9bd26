namespace Punch.Protocol.Streams;

/// <summary>A stream of bytes in both directions: RFC 9000 §2.</summary>
/// <param name="id">Its number.</param>
internal sealed class DataStream(ulong id)
{
    /// <summary>Its number: RFC 9000 §2.1, with the party of the lower id as the client.</summary>
    public ulong Id { get; } = id;

    /// <summary>What goes to the peer.</summary>
    public SendPart Send { get; } = new(FlowCredit.FirstOfStream);

    /// <summary>What comes from the peer.</summary>
    public ReceivePart Receive { get; } = new();

    /// <summary>The frames of state that have to be sent.</summary>
    public ControlFrames Due { get; set; }

    /// <summary>The frames of state that the peer has acknowledged: for those that are sent once.</summary>
    public ControlFrames Settled { get; set; }

    /// <summary>Why no more is wanted; for StopSending.</summary>
    public ulong StopCode { get; set; }

    /// <summary>Whether it waits in a queue for its turn to send.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether the peer is being told that the program has taken everything.</summary>
    public bool TellsConsumed { get; set; }

    /// <summary>What it carried.</summary>
    public StreamVolumes Volumes => new((long)Send.Sent, (long)Receive.Taken, (long)Send.Consumed, (long)Send.Repaired);

    /// <summary>Whether nothing is left to do in both directions.</summary>
    public bool IsOver => Send.IsOver && Receive.IsOver;

    /// <summary>Whether the peer knows that, too.</summary>
    public bool IsSettled => IsOver && (Settled & Last) == Last;

    // What the peer must know of this side's reading.
    private ControlFrames Last => Receive.IsComplete ? ControlFrames.Consumed
        : Receive.State == ReceiveState.ResetReceived ? ControlFrames.None
        : ControlFrames.StopSending;
}
