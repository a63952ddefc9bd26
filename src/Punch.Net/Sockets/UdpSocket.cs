using System.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Net.Sockets.Portable;
using Punch.Protocol;

namespace Punch.Net.Sockets;

/// <summary>
/// A bound UDP socket of one address family. It is never connected (a connected socket fails on ICMP errors that anybody can send and
/// hears only one address), never dual-mode (there the hop limit would act on IPv6 alone) and never shares its port (the system would
/// spread the datagrams over all who share it). Used from one thread.
/// </summary>
public sealed class UdpSocket : IDisposable
{
    // RFC 791: every host takes 576 bytes; RFC 8200 §5: every link carries 1280. Both less the headers.
    private const int SmallV4 = 548;
    private const int SmallV6 = 1232;

    private byte _hopLimit;
    private bool _dontFragment;
    private long _toldErrors;
    private bool _isDisposed;

    private UdpSocket(ISystemSocket system, TransportAddress local, SocketKind kind)
    {
        System = system;
        Local = local;
        Kind = kind;
    }

    /// <summary>The bound address with the real port, also when port 0 was asked for.</summary>
    public TransportAddress Local { get; }

    /// <summary>The kind that is best on this system.</summary>
    internal static SocketKind SystemKind => OperatingSystem.IsLinux() ? SocketKind.Linux : SocketKind.Portable;

    /// <summary>What it is made of.</summary>
    internal ISystemSocket System { get; }

    /// <summary>Which of the kinds that is.</summary>
    internal SocketKind Kind { get; }

    /// <summary>Binds a socket of the family of <paramref name="local"/>.</summary>
    /// <param name="local">The local address, which may be a wildcard; port 0 takes any free one.</param>
    /// <exception cref="LocalNetworkException">The port is taken, the address is not ours, the family is missing, or the system forbids
    /// it.</exception>
    public static UdpSocket Bind(TransportAddress local) =>
        Bind(local, SystemKind);

    /// <summary>Binds as the public method does, by means of the caller's choice, so that Linux can test both.</summary>
    internal static UdpSocket Bind(TransportAddress local, SocketKind kind)
    {
        try
        {
            ISystemSocket system = kind == SocketKind.Linux ? new LinuxSocket(local) : new PortableSocket(local);
            return new UdpSocket(system, local with { Port = system.Port }, kind);
        }
        catch (SocketException e)
        {
            throw LocalNetworkException.ForBind(local, e);
        }
    }

    /// <summary>Sends one datagram, or several. An empty one is a datagram too. Waits while the system's send buffer is full.</summary>
    /// <param name="bytes">The payload, or several that lie one behind the other.</param>
    /// <param name="to">Where to, in this socket's family.</param>
    /// <param name="options">How.</param>
    /// <returns><see cref="SocketError.Success"/>, or why the system did not take it. An ICMP error for an earlier datagram is
    /// none.</returns>
    public SocketError Send(ReadOnlySpan<byte> bytes, TransportAddress to, in SendOptions options = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (to.Host.IsV6 != Local.Host.IsV6) { return SocketError.AddressFamilyNotSupported; }

        SocketError error = SetHopLimit(options.HopLimit);
        if (error == SocketError.Success) { error = SetFragments(bytes.Length, options); }

        return error == SocketError.Success ? System.Send(bytes, options.SegmentSize, to, options.Source) : error;
    }

    /// <summary>Takes the next ICMP error that came back for a datagram of ours; false when there is none.</summary>
    public bool TryTakeIcmp(out IcmpReport report)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return System.TryTakeIcmp(out report);
    }

    /// <summary>
    /// Whether the system failed to hand over what came, since this was asked last. It is no ICMP error, and may last, as in a sandbox.
    /// </summary>
    public bool TryTakeReceiveError(out SocketError error)
    {
        error = System.LastReceiveError;
        bool isNew = System.ReceiveErrors > _toldErrors;
        _toldErrors = System.ReceiveErrors;
        return isNew;
    }

    /// <summary>A second descriptor of the socket, for another program. The caller closes it.</summary>
    /// <exception cref="LocalNetworkException">The system has no descriptor left.</exception>
    public int Duplicate()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            return System.Duplicate();
        }
        catch (SocketException e)
        {
            throw WakeUp.NoneLeft(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The number of a closed descriptor may belong to another file already, so no call may use it again.
        _isDisposed = true;
        System.Dispose();
    }

    /// <summary>Takes datagrams that came, and waits for the first at most this long.</summary>
    /// <param name="batch">Receives them; empty if there are none.</param>
    /// <param name="wait">A wait of <see cref="SystemWait.LongestBlock"/> or more may end after that, without a datagram.</param>
    internal void Receive(ReceivedBatch batch, TimeSpan wait)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        System.Receive(batch, wait);
    }

    // The option stays until another limit is asked for, so a burst of priming datagrams costs two calls and all else none.
    private SocketError SetHopLimit(byte hopLimit)
    {
        if (hopLimit == _hopLimit) { return SocketError.Success; }

        SocketError error = System.SetHopLimit(hopLimit);
        if (error == SocketError.Success) { _hopLimit = hopLimit; }

        return error;
    }

    // This option stays, too. A small datagram fits every link, so it leaves the option as it is: small and large ones alternate.
    private SocketError SetFragments(int length, in SendOptions options)
    {
        int size = options.SegmentSize == 0 ? length : options.SegmentSize;
        bool isSmall = size <= (Local.Host.IsV6 ? SmallV6 : SmallV4);
        if (options.DontFragment == _dontFragment || (isSmall && !options.DontFragment)) { return SocketError.Success; }

        SocketError error = System.SetFragments(areAllowed: !options.DontFragment);
        if (error == SocketError.Success) { _dontFragment = options.DontFragment; }

        return error;
    }
}
