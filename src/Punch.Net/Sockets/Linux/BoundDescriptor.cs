using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Net.Sockets.Linux;

/// <summary>The descriptor of a UDP socket of one address family, bound when constructed.</summary>
internal sealed class BoundDescriptor : IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Opens and binds.</summary>
    /// <param name="local">The local address.</param>
    /// <param name="longestBlock">How long a receive may block by itself: at least twice the kernel's tick.</param>
    /// <param name="sharesPort">Whether it takes a port that others share: see <see cref="SharePort"/>.</param>
    /// <exception cref="SocketException">The system refused.</exception>
    public BoundDescriptor(TransportAddress local, TimeSpan longestBlock, bool sharesPort = false)
    {
        Descriptor = Check(LibC.Socket(local.Host.IsV6));
        _handle = new SafeFileHandle(Descriptor, ownsHandle: true);
        try
        {
            if (local.Host.IsV6) { Check(LibC.SetOption(Descriptor, SocketOption.V6Only, 1)); }
            else { AllowFragments(); }

            if (sharesPort) { SharePort(); }

            Check(LibC.Bind(Descriptor, SocketAddressOf(local)));
            Check(LibC.SetReceiveTimeout(Descriptor, longestBlock - KernelTick));
            Port = Name(local.Host.IsV6).Port;
        }
        catch (SocketException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file descriptor.</summary>
    public int Descriptor { get; }

    /// <summary>The port it is bound to.</summary>
    public ushort Port { get; }

    // The kernel rounds a receive timeout up to its tick, of which there are at least 100 a second.
    private static TimeSpan KernelTick => TimeSpan.FromMilliseconds(10);

    /// <summary>An address in the kernel's form.</summary>
    public static byte[] SocketAddressOf(TransportAddress address)
    {
        byte[] bytes = new byte[address.Host.IsV6 ? SocketAddressCodec.MaxLength : SocketAddressCodec.V4Length];
        WriteSocketAddress(bytes, address);
        return bytes;
    }

    /// <summary>Writes an address in the kernel's form over zeros, or over another one of its family.</summary>
    /// <returns>Bytes of it.</returns>
    public static int WriteSocketAddress(Span<byte> bytes, in TransportAddress address)
    {
        MemoryMarshal.Write(bytes, LibC.Family(address.Host.IsV6));
        SocketAddressCodec.Write(bytes, address);
        return address.Host.IsV6 ? SocketAddressCodec.MaxLength : SocketAddressCodec.V4Length;
    }

    /// <summary>The address that the kernel would send from. Nothing is sent: connecting a UDP socket only looks the route up.</summary>
    /// <exception cref="SocketException">There is no way to it.</exception>
    public static HostAddress SourceTowards(TransportAddress remote)
    {
        bool isV6 = remote.Host.IsV6;
        var any = new TransportAddress(isV6 ? HostAddress.AnyV6 : HostAddress.AnyV4, 0);
        using var bound = new BoundDescriptor(any, SystemWait.LongestBlock);
        Check(LibC.Connect(bound.Descriptor, SocketAddressOf(remote)));
        return bound.Name(isV6).Host;
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>
    /// Lets other sockets of this user have the port, too. Called once it is bound, so a port that another program has was refused first.
    /// </summary>
    /// <exception cref="SocketException">The system refused.</exception>
    public void SharePort() => Check(LibC.SetOption(Descriptor, SocketOption.ReusePort, 1));

    /// <summary>Passes a result on, or throws what it says.</summary>
    /// <exception cref="SocketException">The result is an error.</exception>
    public static int Check(int result) =>
        result >= 0 ? result : throw new SocketException((int)Errno.ToSocketError(-result));

    // On a path of less than 1228 bytes whose ICMP is lost, a join and its reply would never arrive. IPv6 carries them everywhere.
    private void AllowFragments() => _ = Fragments.Set(Descriptor, isV6: false, areAllowed: true);

    private TransportAddress Name(bool isV6)
    {
        Span<byte> bytes = stackalloc byte[SocketAddressCodec.MaxLength];
        Check(LibC.GetSocketName(Descriptor, bytes));
        SocketAddressCodec.TryRead(bytes, isV6, out TransportAddress name);
        return name;
    }
}
