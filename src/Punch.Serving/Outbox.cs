namespace Punch.Serving;

/// <summary>
/// Commands that wait for the driver, and their bytes, used again as soon as all are taken. The driver takes them after each call, so there
/// are never more than one call makes: three for a datagram, and for a stream a reply to each request within two buffers of it.
/// </summary>
internal sealed class Outbox
{
    private readonly Queue<(ServerCommand Command, int Start)> _commands = new(8);
    private byte[] _bytes = new byte[3 * ServerMachine.MaxDatagram];
    private int _used;

    /// <summary>Where bytes can be composed.</summary>
    /// <param name="length">How many at most.</param>
    public Span<byte> Room(int length)
    {
        if (_bytes.Length - _used < length) { Array.Resize(ref _bytes, 2 * (_used + length)); }

        return _bytes.AsSpan(_used, length);
    }

    /// <summary>Keeps what was composed in <see cref="Room"/>.</summary>
    /// <returns>Where it begins, for <see cref="Add"/>.</returns>
    public int Keep(int length)
    {
        _used += length;
        return _used - length;
    }

    /// <summary>Adds a command; several may share their bytes.</summary>
    public void Add(in ServerCommand command, int start = 0) => _commands.Enqueue((command, start));

    /// <summary>Takes the next command, and writes its bytes.</summary>
    public bool TryTake(Span<byte> buffer, out ServerCommand command)
    {
        bool isTaken = _commands.TryDequeue(out (ServerCommand Command, int Start) next);
        command = next.Command;
        _bytes.AsSpan(next.Start, command.Length).CopyTo(buffer);
        if (_commands.Count == 0) { _used = 0; }

        return isTaken;
    }
}
