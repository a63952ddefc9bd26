using System.Buffers.Binary;
using System.Text;

namespace Punch.Protocol.Forwarding;

/// <summary>What a SOCKS client asks for: RFC 1928 §4.</summary>
public enum SocksCommand
{
    /// <summary>A connection.</summary>
    Connect = 1,

    /// <summary>A port for datagrams.</summary>
    UdpAssociate = 3,
}

/// <summary>The messages of SOCKS5: RFC 1928. Names are handed on as they are, and looked up on the other side.</summary>
public static class SocksMessages
{
    /// <summary>The reply to a command that is not supported.</summary>
    public const byte CommandNotSupported = 7;

    /// <summary>The longest message of a client, in bytes.</summary>
    public const int MaxLength = 2 + 255;

    /// <summary>The most bytes before the payload of a datagram.</summary>
    public const int MaxDatagramHead = 4 + 1 + 255 + 2;

    private const byte Version = 5;
    private const byte NoPassword = 0;
    private const byte NoneAcceptable = 0xFF;

    private enum AddressType
    {
        V4 = 1,
        Name = 3,
        V6 = 4,
    }

    /// <summary>Reads the greeting, and says which reply follows.</summary>
    /// <param name="bytes">The bytes of the client, any.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="length">The length of the greeting.</param>
    /// <returns>Broken if the client goes after the reply.</returns>
    public static ReadOutcome ReadGreeting(ReadOnlySpan<byte> bytes, out byte[] reply, out int length)
    {
        reply = [Version, NoneAcceptable];
        length = 0;
        if (bytes is [not Version, ..]) { return ReadOutcome.Broken; }

        if (bytes.Length < 2 || bytes.Length < 2 + bytes[1]) { return ReadOutcome.Incomplete; }

        length = 2 + bytes[1];
        if (!bytes[2..length].Contains(NoPassword)) { return ReadOutcome.Broken; }

        reply = [Version, NoPassword];
        return ReadOutcome.Whole;
    }

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">The bytes of the client, any.</param>
    /// <param name="command">The command; any number.</param>
    /// <param name="target">Where it leads.</param>
    /// <param name="length">The length of the request.</param>
    public static ReadOutcome ReadRequest(ReadOnlySpan<byte> bytes, out SocksCommand command, out OpenRequest target, out int length)
    {
        (command, target, length) = (default, default, 0);
        if (bytes is [not Version, ..]) { return ReadOutcome.Broken; }

        if (bytes.Length < 4) { return ReadOutcome.Incomplete; }

        command = (SocksCommand)bytes[1];
        ReadOutcome outcome = ReadAddress(bytes[3..], OpenKind.Connect, out target, out length);
        length += 3;
        return outcome;
    }

    /// <summary>A reply without an address: RFC 1928 §6.</summary>
    public static byte[] Reply(byte code) => Reply(code, 0);

    /// <summary>A reply with a port of this machine's loopback.</summary>
    public static byte[] Reply(byte code, int port) =>
        [Version, code, 0, (byte)AddressType.V4, 127, 0, 0, 1, (byte)(port >> 8), (byte)port];

    /// <summary>The reply code for what became of a connection.</summary>
    public static byte CodeOf(OpenStatus status) => status switch
    {
        OpenStatus.Done => 0,
        OpenStatus.NotAllowed => 2,
        OpenStatus.NotFound or OpenStatus.Unreachable => 4,
        OpenStatus.Refused => 5,
        OpenStatus.TimedOut => 6,
        _ => 1,
    };

    /// <summary>Reads the head of a datagram: RFC 1928 §7. A fragment is not supported.</summary>
    /// <param name="bytes">The datagram, any bytes.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="length">The bytes before the payload.</param>
    public static bool TryReadDatagram(ReadOnlySpan<byte> bytes, out OpenRequest target, out int length)
    {
        (target, length) = (default, 0);
        if (bytes.Length < 4 || bytes[2] != 0) { return false; }

        bool isRead = ReadAddress(bytes[3..], OpenKind.Datagrams, out target, out length) == ReadOutcome.Whole;
        length += 3;
        return isRead;
    }

    private static ReadOutcome ReadAddress(ReadOnlySpan<byte> bytes, OpenKind kind, out OpenRequest target, out int length)
    {
        (target, length) = (default, 0);
        if (bytes.Length < 2) { return ReadOutcome.Incomplete; }

        var type = (AddressType)bytes[0];
        int start = type == AddressType.Name ? 2 : 1;
        int size = type switch { AddressType.V4 => 4, AddressType.V6 => 16, AddressType.Name => bytes[1], _ => -1 };
        if (size <= 0) { return ReadOutcome.Broken; }

        if (bytes.Length < start + size + 2) { return ReadOutcome.Incomplete; }

        ReadOnlySpan<byte> address = bytes.Slice(start, size);
        string host = type == AddressType.Name ? Encoding.ASCII.GetString(address) : new System.Net.IPAddress(address).ToString();
        length = start + size + 2;
        target = new OpenRequest(kind, host, BinaryPrimitives.ReadUInt16BigEndian(bytes[(start + size)..]));
        return OpenRequest.IsSendable(host) ? ReadOutcome.Whole : ReadOutcome.Broken;
    }
}
