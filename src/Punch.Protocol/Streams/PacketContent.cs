namespace Punch.Protocol.Streams;

/// <summary>What a packet carried, so that its loss can be repaired. Recovery stores it and never reads it.</summary>
internal readonly record struct PacketContent
{
    /// <summary>The stream of the piece; if <see cref="HasPiece"/>.</summary>
    public ulong Stream { get; init; }

    /// <summary>The piece of that stream.</summary>
    public StreamPiece Piece { get; init; }

    /// <summary>Whether there is a piece.</summary>
    public bool HasPiece { get; init; }

    /// <summary>Whether there are datagrams of flows. Nobody repeats them.</summary>
    public bool HasDatagrams { get; init; }

    /// <summary>The frames of state in it.</summary>
    public ControlFrames Controls { get; init; }

    /// <summary>The stream of those that belong to one.</summary>
    public ulong ControlStream { get; init; }

    /// <summary>The largest packet number that it acknowledged; null for none.</summary>
    public ulong? Acknowledged { get; init; }

    /// <summary>Whether it has anything that asks for an acknowledgement.</summary>
    public bool IsEliciting => HasPiece || HasDatagrams || Controls != ControlFrames.None;
}
