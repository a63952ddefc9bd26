using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Punch.Protocol;

/// <summary>An address, a port and a transport, compared by value: the transport address of RFC 8445 §4.</summary>
public readonly record struct TransportAddress(HostAddress Host, ushort Port, Transport Transport = Transport.Udp)
{
    /// <summary>Whether a stream carries the datagrams to and from it.</summary>
    public bool IsStream => Transport is Transport.Tcp or Transport.Tls or Transport.WebSocket;

    /// <summary>Parses <c>a.b.c.d:port</c> or <c>[v6]:port</c>, for UDP.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TransportAddress address)
    {
        address = default;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0) { return false; }

        string host = text![..colon];
        bool isBracketed = host is ['[', .., ']'];
        if (host.Contains(':', StringComparison.Ordinal) != isBracketed) { return false; }

        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) { return false; }

        if (!HostAddress.TryParse(isBracketed ? host[1..^1] : host, out HostAddress parsed)) { return false; }

        address = new TransportAddress(parsed, port);
        return true;
    }

    /// <summary>Reads the same text, for constants and tests.</summary>
    /// <exception cref="FormatException">The text is not a transport address.</exception>
    public static TransportAddress Parse(string text) =>
        TryParse(text, out TransportAddress address) ? address : throw new FormatException($"'{text}' is not ADDRESS:PORT");

    /// <summary><c>192.0.2.1:6311</c>, <c>[2001:db8::1]:6311</c>, or for a stream with its scheme: <c>tcp://192.0.2.1:6311</c>.</summary>
    public override string ToString()
    {
        string port = Port.ToString(CultureInfo.InvariantCulture);
        string text = Host.IsV6 ? $"[{Host}]:{port}" : $"{Host}:{port}";
        return Transport switch
        {
            Transport.Udp or Transport.Turned => text,
            Transport.Tcp => $"tcp://{text}",
            Transport.Tls => $"tls://{text}",
            _ => $"wss://{text}",
        };
    }
}
