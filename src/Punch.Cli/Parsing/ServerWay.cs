using Punch.Net.Streams;
using Punch.Protocol;

namespace Punch.Cli.Parsing;

/// <summary>A way to a server on the command line: the server alone, or one way to it.</summary>
/// <param name="Server">The server.</param>
/// <param name="Transport">The only transport to use; null to try what works.</param>
/// <param name="Pin">The key that its certificate must have; null to go by the system's roots and the name.</param>
internal sealed record ServerWay(RemoteTarget Server, Transport? Transport, CertificatePin? Pin)
{
    private const string PinMark = "#sha256=";
    private const string Separator = "://";

    private static readonly (string Scheme, Transport Transport)[] Schemes =
    [
        ("udp", Protocol.Transport.Udp),
        ("tcp", Protocol.Transport.Tcp),
        ("tls", Protocol.Transport.Tls),
        ("wss", Protocol.Transport.WebSocket),
    ];

    /// <summary>Reads <c>host[:port]</c>, or the same after <c>udp://</c>, <c>tcp://</c>, <c>tls://</c> or <c>wss://</c>.</summary>
    /// <exception cref="FailureException">The text is none of these.</exception>
    public static ServerWay Parse(string text)
    {
        ServerWord.RefusePassword(text);
        (string scheme, Transport transport) = Array.Find(
            Schemes, each => text.StartsWith($"{each.Scheme}{Separator}", StringComparison.OrdinalIgnoreCase));
        if (scheme is null) { return new ServerWay(ServerWord.Parse(text), null, null); }

        string rest = text[(scheme.Length + Separator.Length)..];
        int mark = rest.IndexOf('#', StringComparison.Ordinal);
        CertificatePin? pin = mark < 0 ? null : ParsePin(text, rest[mark..]);
        bool hasCertificate = transport is Protocol.Transport.Tls or Protocol.Transport.WebSocket;
        if (pin is not null && !hasCertificate)
        {
            throw Refuse($"'{text}' has a pin, but no certificate", "a pin goes with tls:// or wss://");
        }

        string host = (mark < 0 ? rest : rest[..mark]).TrimEnd('/');
        return new ServerWay(ServerWord.Parse(host), transport, pin);
    }

    /// <summary>Reads ways that commas separate.</summary>
    /// <exception cref="FailureException">One of them is none.</exception>
    public static ServerWay[] ParseAll(string text)
    {
        ServerWord.RefusePassword(text);
        return [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];
    }

    private static CertificatePin ParsePin(string text, string mark) =>
        mark.StartsWith(PinMark, StringComparison.Ordinal) && CertificatePin.TryParse(mark[PinMark.Length..], out CertificatePin? pin)
            ? pin
            : throw Refuse($"'{text}' has no pin after the '#'", "a pin is #sha256= and 64 hexadecimal digits, as 'punch serve' prints it");

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
