using Punch.Cli.Options;
using Punch.Protocol;
using Punch.Server;
using Punch.Server.Streams;

namespace Punch.Cli.Serve;

/// <summary>The options of <c>punch serve</c> for clients on networks without UDP: TLS, WebSocket and proxies in front.</summary>
internal static class StreamFlags
{
    private const ushort TlsPort = 443;

    private static readonly ValueOption<string> Tls = new("cert", ValueKinds.Word("a file"))
    {
        Name = "--tls",
        Completes = Completes.Files,
        Help = "Also serve TLS, with this certificate and the ones above it, as PEM. The file of its <key> follows, unless it is the same "
            + "file. Both are read again on SIGHUP, and when they change",
    };

    private static readonly ValueOption<string> TlsListen = new("address", ValueKinds.Word("a local address, with or without a port"))
    {
        Name = "--tls-listen",
        Occurrence = Occurrence.Many,
        Help = "Serve TLS on this local address, and UDP on the same port. May be repeated",
        DefaultText = $"the addresses of --listen, port {TlsPort}",
    };

    private static readonly ValueOption<string> WebSocket = new("address", ValueKinds.Word("a local address with a port"))
    {
        Name = "--websocket",
        Occurrence = Occurrence.Many,
        Help = "Also serve WebSockets without TLS at http://<address>/punch, behind nginx or haproxy. Other than loopback addresses need "
            + "--proxy-from",
    };

    private static readonly ValueOption<string> ProxyFrom = new("address,...", ValueKinds.Word("addresses with commas between"))
    {
        Name = "--proxy-from",
        Occurrence = Occurrence.Many,
        Help = "Proxies that may name the client: by PROXY protocol version 2 on any TCP port, or by X-Forwarded-For on a WebSocket's",
    };

    /// <summary>The word after the options.</summary>
    public static readonly OptionSection Operands =
        new("Arguments", new HelpEntry("<key>", "The PEM file with the key of the certificate of --tls"));

    /// <summary>All of them, for the help.</summary>
    public static readonly OptionSection Section = new("Networks without UDP", Tls, TlsListen, WebSocket, ProxyFrom);

    /// <summary>The files of the certificate; null without TLS.</summary>
    public static (string Certificate, string Key)? ReadCertificate(CommandLine line)
    {
        string? certificate = line.Get(Tls);
        int allowed = certificate is null ? 0 : 1;
        if (line.Operands.Count > allowed)
        {
            string word = line.Operands[allowed];
            throw Refuse($"unexpected argument '{word}'", $"to listen on an address: punch serve --listen {word}");
        }

        if (certificate is null && line.Has(TlsListen))
        {
            throw Refuse("--tls-listen needs a certificate", "punch serve --tls CERT KEY --tls-listen ADDRESS");
        }

        return certificate is null ? null : (certificate, line.Operands.Count > 0 ? line.Operands[0] : certificate);
    }

    /// <summary>The proxies that may name clients.</summary>
    public static IReadOnlySet<HostAddress> ReadProxies(CommandLine line) =>
        line.All(ProxyFrom).SelectMany(text => text.Split(',')).Select(ParseProxy).ToHashSet();

    /// <summary>The addresses that serve TLS and WebSockets.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="plain">The addresses that serve the rest.</param>
    public static IEnumerable<ServedAddress> ReadAddresses(CommandLine line, IReadOnlyList<ServedAddress> plain)
    {
        IReadOnlyList<string> listen = line.All(TlsListen);
        IEnumerable<ServedAddress> tls = !line.Has(Tls) ? []
            : listen.Count > 0 ? listen.Select(ParseTls)
            : plain.DistinctBy(each => each.Host).Select(each => new ServedAddress(each.Host, TlsPort) { IsOptional = each.IsOptional });
        return
        [
            .. tls.Select(each => each with { Streams = StreamKind.Tls }),
            .. line.All(WebSocket).Select(text => ParseWebSocket(text, line.Has(ProxyFrom))),
        ];
    }

    private static ServedAddress ParseTls(string text)
    {
        (HostAddress host, ushort? port) = ListenAddresses.ParseAddress(text, TlsListen.Name);
        return new ServedAddress(host, port ?? TlsPort);
    }

    private static ServedAddress ParseWebSocket(string text, bool hasProxies)
    {
        (HostAddress host, ushort? port) = ListenAddresses.ParseAddress(text, WebSocket.Name);
        if (port is not { } number) { throw Refuse($"--websocket '{text}' names no port", "as in --websocket 127.0.0.1:8080"); }

        return host.IsLoopback || hasProxies
            ? new ServedAddress(host, number) { Streams = StreamKind.WebSocket }
            : throw Refuse(
                $"--websocket '{text}' is not a loopback address, and has no TLS",
                "for a web server on another machine: --proxy-from ADDRESS; for clients: --tls CERT KEY");
    }

    private static HostAddress ParseProxy(string text) => HostAddress.TryParse(text.Trim(), out HostAddress host)
        ? host
        : throw Refuse($"--proxy-from '{text}' is not an IPv4 or IPv6 address", "as in --proxy-from 127.0.0.1,::1");

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
