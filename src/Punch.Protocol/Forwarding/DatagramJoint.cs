using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>
/// Joins a flow of datagrams to a UDP socket of this machine. Each datagram stays one. A datagram too long for one packet goes over the
/// flow's stream, with its length before it, and so do the first ones, which come before the peer is ready. A flow that was idle for a
/// minute ends.
/// </summary>
internal sealed class DatagramJoint : IJoint
{
    /// <summary>How long a flow may be idle.</summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(60);

    // A peer or a program that floods must not keep the driver from its other work.
    private const int MostAtOnce = 64;
    private const int Longest = 65_535;

    private readonly IStreamHost _host;
    private readonly IByteStream _stream;
    private readonly IDatagramEnd _end;
    private readonly byte[] _buffer;
    private readonly List<byte> _record = [];
    private Instant _usedAt;
    private bool _isOpen;
    private long _sent;
    private long _received;

    /// <summary>Joins them.</summary>
    /// <param name="host">Carries the datagrams.</param>
    /// <param name="stream">The stream of the flow.</param>
    /// <param name="end">The socket, which the joint closes.</param>
    /// <param name="buffer">Room for a datagram, shared with others.</param>
    /// <param name="now">The current time.</param>
    public DatagramJoint(IStreamHost host, IByteStream stream, IDatagramEnd end, byte[] buffer, Instant now)
    {
        _host = host;
        _stream = stream;
        _end = end;
        _buffer = buffer;
        _usedAt = now;
    }

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public (long Sent, long Received) Carried => (_sent, _received);

    /// <inheritdoc/>
    public Instant? Next => IsOver ? null : _usedAt + LongestIdle;

    /// <inheritdoc/>
    public void Send(Instant now)
    {
        for (int i = 0; i < MostAtOnce && _end.TryReceive(_buffer, out int length); i++)
        {
            _usedAt = now;
            ReadOnlySpan<byte> datagram = _buffer.AsSpan(0, length);
            if (_isOpen && length <= _host.MaxDatagram(_stream.Id)) { _host.TrySend(_stream.Id, datagram, now); }
            else { WriteRecord(datagram, now); }

            _sent += length;
        }
    }

    /// <inheritdoc/>
    public void Turn(Instant now)
    {
        if (IsOver) { return; }

        _isOpen = true;
        Send(now);
        ReadRecords(now);
        if (_stream.HasPeerFailed || _stream.IsUnwanted)
        {
            Abort(now);
            return;
        }

        bool isEnd = _stream.IsAtEnd || now >= _usedAt + LongestIdle;
        if (!isEnd) { return; }

        IsOver = true;
        _stream.Finish(now);
        _stream.Refuse(now);
        _end.Dispose();
    }

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> datagram, Instant now)
    {
        if (IsOver) { return; }

        _usedAt = now;
        _received += datagram.Length;
        _end.Send(datagram);
    }

    /// <inheritdoc/>
    public void Skip(int count, Instant now)
    {
        _stream.Take(count, now);
        _stream.Consume(_stream.Taken, now);
    }

    /// <inheritdoc/>
    public void Abort(Instant now)
    {
        IsOver = true;
        _stream.Fail(now);
        _stream.Refuse(now);
        _end.Dispose();
    }

    // All of it, or nothing: without room it is lost, as on any network.
    private void WriteRecord(ReadOnlySpan<byte> datagram, Instant now)
    {
        Span<byte> head = stackalloc byte[VarInt.MaxLength];
        head = head[..VarInt.Write((ulong)datagram.Length, head)];
        if (_stream.Room < head.Length + datagram.Length) { return; }

        _stream.Write(head, now);
        _stream.Write(datagram, now);
    }

    private void ReadRecords(Instant now)
    {
        while (_stream.Peek() is { IsEmpty: false } bytes)
        {
            _record.AddRange(bytes);
            _stream.Take(bytes.Length, now);
            if (!TryDeliverRecords(now))
            {
                Abort(now);
                return;
            }
        }

        _stream.Consume(_stream.Taken, now);
    }

    private bool TryDeliverRecords(Instant now)
    {
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_record);
        while (true)
        {
            ReadOnlySpan<byte> after = rest;
            if (!VarInt.TryRead(ref after, out ulong length)) { break; }

            if (length > Longest) { return false; }

            if ((ulong)after.Length < length) { break; }

            Deliver(after[..(int)length], now);
            rest = after[(int)length..];
        }

        _record.RemoveRange(0, _record.Count - rest.Length);
        return true;
    }
}
