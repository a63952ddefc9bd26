namespace Punch.Serving;

/// <summary>
/// Commands that wait for the driver, and their bytes. The memory is used again once all are taken. The driver takes them after each call,
/// so the outbox holds the commands of one call: at most three for a datagram, for a stream one reply to each request within two buffers,
/// and two notices to each session that is told at once that the server stops.
/// </summary>
internal sealed class Outbox
{
    private Entry[] _entries = new Entry[8];
    private byte[] _bytes = new byte[3 * ServerMachine.MaxDatagram];
    private int _added;
    private int _taken;
    private int _used;

    /// <summary>Returns a buffer to compose bytes in.</summary>
    /// <param name="length">The most bytes that may be written.</param>
    public Span<byte> Room(int length)
    {
        if (_bytes.Length - _used < length) { Array.Resize(ref _bytes, 2 * (_used + length)); }

        return _bytes.AsSpan(_used, length);
    }

    /// <summary>Keeps the bytes that were composed in <see cref="Room"/>.</summary>
    /// <returns>The start of the bytes, for <see cref="Add"/>.</returns>
    public int Keep(int length)
    {
        _used += length;
        return _used - length;
    }

    /// <summary>Adds a command; several may share their bytes.</summary>
    public void Add(in ServerCommand command, int start = 0)
    {
        if (_added == _entries.Length) { Array.Resize(ref _entries, 2 * _added); }

        ref Entry entry = ref _entries[_added++];
        entry.Command = command;
        entry.Start = start;
    }

    /// <summary>Takes the next command, and writes its bytes.</summary>
    public bool TryTake(Span<byte> buffer, out ServerCommand command)
    {
        if (_taken == _added)
        {
            (_added, _taken, _used) = (0, 0, 0);
            command = default;
            return false;
        }

        ref Entry entry = ref _entries[_taken++];
        command = entry.Command;
        _bytes.AsSpan(entry.Start, command.Length).CopyTo(buffer);
        return true;
    }

    private struct Entry
    {
        public ServerCommand Command;
        public int Start;
    }
}
