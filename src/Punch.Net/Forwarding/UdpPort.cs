using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Punch.Protocol.Forwarding;

namespace Punch.Net.Forwarding;

/// <summary>A UDP port that listens. Each source is a flow of its own, at most <see cref="MostFlows"/>.</summary>
internal sealed class UdpPort : IListenPort
{
    /// <summary>Datagrams of more sources are dropped.</summary>
    public const int MostFlows = 256;

    private readonly Socket _socket;
    private readonly Action _wake;
    private readonly ConcurrentDictionary<IPEndPoint, Flow> _flows = new();
    private readonly ConcurrentQueue<Flow> _new = new();

    /// <summary>Begins to receive.</summary>
    /// <param name="socket">The bound socket, which this closes.</param>
    /// <param name="wake">Is called, on any thread, when something came.</param>
    public UdpPort(Socket socket, Action wake)
    {
        _socket = socket;
        _wake = wake;
        Local = EndPoints.Text(socket.LocalEndPoint);
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _ = Task.Run(ReceiveAll);
    }

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public string Local { get; }

    /// <inheritdoc/>
    public bool TryAccept(out NetworkEnd end)
    {
        bool isAccepted = _new.TryDequeue(out Flow? flow);
        end = flow is null ? default : new NetworkEnd(OpenStatus.Done, null, flow, EndPoints.Text(flow.Source));
        return isAccepted;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAll()
    {
        byte[] buffer = new byte[ushort.MaxValue];
        var any = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                SocketReceiveFromResult result = await _socket.ReceiveFromAsync(buffer, any).ConfigureAwait(false);
                Take((IPEndPoint)result.RemoteEndPoint, buffer.AsSpan(0, result.ReceivedBytes));
            }
            catch (SocketException e) when (UdpSending.MayPass(e))
            {
                // A reply found nobody.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Take(IPEndPoint source, ReadOnlySpan<byte> datagram)
    {
        if (!_flows.TryGetValue(source, out Flow? flow))
        {
            if (_flows.Count >= MostFlows) { return; }

            flow = new Flow(this, source);
            _flows[source] = flow;
            _new.Enqueue(flow);
        }

        flow.Inbox.Add(datagram);
        _wake();
    }

    private sealed class Flow(UdpPort port, IPEndPoint source) : IDatagramEnd
    {
        public IPEndPoint Source => source;

        public UdpInbox Inbox { get; } = new();

        public bool TryReceive(Span<byte> buffer, out int length) => Inbox.TryTake(buffer, out length);

        public void Send(ReadOnlySpan<byte> datagram) => UdpSending.Send(port._socket, datagram, source);

        // The next datagram of this source is a new flow.
        public void Dispose() => port._flows.TryRemove(source, out _);
    }
}
