using System.Net;
using System.Net.Sockets;
using Punch.Net.Resolving;
using Punch.Protocol;
using Punch.Protocol.Forwarding;

namespace Punch.Net.Forwarding;

/// <summary>Connects to a place that a forward leads to. A name is looked up here, and each of its addresses is checked.</summary>
internal sealed class ForwardDial : IDial
{
    /// <summary>How long it may take, the look-up included.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly OpenRequest _request;
    private readonly AllowList? _allowed;
    private readonly Action _wake;
    private readonly CancellationTokenSource _stop = new(Longest);
    private readonly Task<NetworkEnd> _work;
    private bool _isTaken;

    /// <summary>Begins to connect.</summary>
    /// <param name="request">The place.</param>
    /// <param name="allowed">What is allowed; null for a wish of this side.</param>
    /// <param name="wake">Is called, on any thread, when there is a result.</param>
    public ForwardDial(in OpenRequest request, AllowList? allowed, Action wake)
    {
        _request = request;
        _allowed = allowed;
        _wake = wake;
        _work = Task.Run(Run);
    }

    /// <inheritdoc/>
    public bool TryTake(out NetworkEnd end)
    {
        end = default;
        if (_isTaken || !_work.IsCompleted) { return false; }

        _isTaken = true;
        end = _work.GetAwaiter().GetResult();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isTaken) { return; }

        _isTaken = true;
        _stop.Cancel();
        _work.ContinueWith(
            static work =>
            {
                work.Result.Bytes?.Dispose();
                work.Result.Datagrams?.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
    }

    private async Task<NetworkEnd> Run()
    {
        try
        {
            return await Connect().ConfigureAwait(false);
        }
        catch (NameResolutionException e)
        {
            return NetworkEnd.Without(e.IsUnanswered ? OpenStatus.TimedOut : OpenStatus.NotFound);
        }
        catch (SocketException e)
        {
            return NetworkEnd.Without(EndPoints.Status(e.SocketErrorCode));
        }
        catch (OperationCanceledException)
        {
            return NetworkEnd.Without(OpenStatus.TimedOut);
        }
        finally
        {
            _wake();
        }
    }

    private async Task<NetworkEnd> Connect()
    {
        if (_allowed?.MayAllow(_request) == false) { return NetworkEnd.Without(OpenStatus.NotAllowed); }

        if (_request.Kind == OpenKind.Unix) { return await ConnectTo(new UnixDomainSocketEndPoint(_request.Text)).ConfigureAwait(false); }

        IReadOnlyList<HostAddress> found = Resolver.Resolve(_request.Text, AddressFamilies.Any, Longest, _stop.Token);
        HostAddress[] allowed = [.. found.Where(address => _allowed?.Allows(_request, address) != false)];
        if (allowed.Length == 0) { return NetworkEnd.Without(OpenStatus.NotAllowed); }

        for (int i = 0; ; i++)
        {
            try
            {
                return await ConnectTo(new IPEndPoint(allowed[i].ToIPAddress(), (int)_request.Number)).ConfigureAwait(false);
            }
            catch (SocketException) when (i + 1 < allowed.Length)
            {
                // The name has another address.
            }
        }
    }

    private async Task<NetworkEnd> ConnectTo(EndPoint place)
    {
        bool isUdp = _request.Kind.HasDatagrams();
        ProtocolType protocol = place is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : isUdp ? ProtocolType.Udp : ProtocolType.Tcp;
        var socket = new Socket(place.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, protocol);
        try
        {
            await socket.ConnectAsync(place, _stop.Token).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (protocol == ProtocolType.Tcp) { socket.NoDelay = true; }

        return isUdp
            ? new NetworkEnd(OpenStatus.Done, null, new UdpEnd(socket, _wake), EndPoints.Text(place))
            : new NetworkEnd(OpenStatus.Done, new SocketEnd(socket, _wake), null, EndPoints.Text(place));
    }
}
