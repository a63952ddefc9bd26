namespace Punch.Protocol.Forwarding;

/// <summary>A UDP socket of this machine, or one source at it, that a flow is joined to. It never waits.</summary>
public interface IDatagramEnd : IDisposable
{
    /// <summary>Takes the next datagram that came; false if there is none.</summary>
    /// <param name="buffer">Room for it: 65,535 bytes.</param>
    /// <param name="length">Its length.</param>
    bool TryReceive(Span<byte> buffer, out int length);

    /// <summary>Sends one. It may be lost.</summary>
    void Send(ReadOnlySpan<byte> datagram);
}
