using Punch.Net.Forwarding;
using Punch.Protocol;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Forwards;

/// <summary>The datagrams of a SOCKS client: RFC 1928 §7. Each place that it sends to is a flow of its own.</summary>
internal sealed class SocksUdp : IDisposable
{
    private const int MostFlows = 256;
    private const int MostAtOnce = 64;

    private readonly ForwardTable _table;
    private readonly IListenPort _port;
    private readonly Dictionary<OpenRequest, Flow> _flows = [];
    private readonly byte[] _buffer = new byte[ushort.MaxValue];
    private IDatagramEnd? _client;

    private SocksUdp(ForwardTable table, IListenPort port)
    {
        _table = table;
        _port = port;
    }

    /// <summary>The port that the client sends to.</summary>
    public int Port => _port.Port;

    /// <summary>Opens a port on loopback; null if there is none.</summary>
    public static SocksUdp? TryOpen(ForwardTable table, ForwardNetwork network)
    {
        network.Listen(new OpenRequest(OpenKind.ListenDatagrams, "", 0), isOwn: true, out IListenPort? port);
        return port is null ? null : new SocksUdp(table, port);
    }

    /// <summary>Does what can be done.</summary>
    public void Turn(Instant now)
    {
        // The first source is the client. Others have no business here.
        while (_port.TryAccept(out NetworkEnd end))
        {
            if (_client is null) { _client = end.Datagrams; }
            else { end.Datagrams?.Dispose(); }
        }

        for (int i = 0; i < MostAtOnce && _client?.TryReceive(_buffer, out int length) == true; i++)
        {
            Take(_buffer.AsSpan(0, length), now);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Flow flow in _flows.Values) { flow.IsClosed = true; }

        _client?.Dispose();
        _port.Dispose();
    }

    private void Take(ReadOnlySpan<byte> datagram, Instant now)
    {
        if (!SocksMessages.TryReadDatagram(datagram, out OpenRequest target, out int head)) { return; }

        if (!_flows.TryGetValue(target, out Flow? flow) || flow.IsClosed)
        {
            if (_flows.Count >= MostFlows && flow is null) { return; }

            flow = new Flow(this, datagram[..head].ToArray());
            if (!_table.TryOpen(new NetworkEnd(OpenStatus.Done, null, flow, "a SOCKS client"), target, replied: null, now)) { return; }

            _flows[target] = flow;
        }

        flow.Add(datagram[head..]);
    }

    /// <summary>The datagrams to one place, and from it.</summary>
    private sealed class Flow(SocksUdp owner, byte[] head) : IDatagramEnd
    {
        private const int Most = 64;

        private readonly Queue<byte[]> _waiting = new();

        public bool IsClosed { get; set; }

        public void Add(ReadOnlySpan<byte> datagram)
        {
            if (_waiting.Count < Most) { _waiting.Enqueue(datagram.ToArray()); }
        }

        public bool TryReceive(Span<byte> buffer, out int length)
        {
            bool isTaken = _waiting.TryDequeue(out byte[]? datagram);
            length = datagram?.Length ?? 0;
            datagram?.CopyTo(buffer);
            return isTaken;
        }

        // The client gets the place as it named it.
        public void Send(ReadOnlySpan<byte> datagram)
        {
            if (!IsClosed) { owner._client?.Send([.. head, .. datagram]); }
        }

        public void Dispose() => IsClosed = true;
    }
}
