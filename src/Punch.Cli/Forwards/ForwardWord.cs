using Punch.Cli.Parsing;
using Punch.Protocol;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Forwards;

/// <summary>Reads the places of forwards, in the words of ssh: <c>[bind:]port:host:hostport</c>. <c>/udp</c> may follow the port.</summary>
internal static class ForwardWord
{
    /// <summary>Stands for any place.</summary>
    public const string Any = "any";

    private const string Udp = "/udp";
    private const string Tcp = "/tcp";
    private const string Both = "/tcp+udp";

    /// <summary>Reads a place to listen at and a place to lead to: one forward, or two for both protocols.</summary>
    /// <param name="option">The option, for the words about a wrong one.</param>
    /// <param name="text">The words.</param>
    /// <exception cref="FailureException">They are wrong.</exception>
    public static IEnumerable<ForwardSpec> ParseForward(string option, string text)
    {
        string[] parts = [.. Split(text)];
        if (parts is [['/', ..] path, .. var rest])
        {
            var place = new OpenRequest(OpenKind.Unix, Sendable(option, text, path), 0);
            return [new ForwardSpec(place, Target(option, text, rest, isUdp: false))];
        }

        int places = parts is [.., ['/', ..]] ? parts.Length - 1 : parts.Length - 2;
        if (places is not (1 or 2)) { throw Refuse(option, text, "is not [bind:]port:host:hostport"); }

        string bind = places == 2 ? parts[0] : "";
        (string port, bool isTcp, bool isUdp) = Protocols(parts[places - 1]);
        ulong number = Port(option, text, port, least: 0);
        string[] target = parts[places..];
        var specs = new List<ForwardSpec>(2);
        if (isTcp) { specs.Add(Spec(OpenKind.Listen)); }

        if (isUdp) { specs.Add(Spec(OpenKind.ListenDatagrams)); }

        return specs;

        ForwardSpec Spec(OpenKind kind) =>
            new(new OpenRequest(kind, bind, number), Target(option, text, target, isUdp: kind.HasDatagrams()));
    }

    /// <summary>Reads a place to listen at: <c>[bind:]port</c>.</summary>
    /// <exception cref="FailureException">It is wrong.</exception>
    public static OpenRequest ParseListen(string option, string text)
    {
        string[] parts = [.. Split(text)];
        if (parts.Length is not (1 or 2)) { throw Refuse(option, text, "is not [bind:]port"); }

        (string port, _, bool isUdp) = Protocols(parts[^1]);
        OpenKind kind = isUdp ? OpenKind.ListenDatagrams : OpenKind.Listen;
        return new OpenRequest(kind, parts.Length == 2 ? parts[0] : "", Port(option, text, port, least: 0));
    }

    /// <summary>Reads a place to connect to: <c>host:port</c>, or the path of a Unix socket.</summary>
    /// <exception cref="FailureException">It is wrong.</exception>
    public static OpenRequest ParseTarget(string option, string text)
    {
        string[] parts = [.. Split(text)];
        bool isUdp = parts is [_, var port] && Protocols(port).IsUdp;
        return Target(option, text, parts is [var host, var place] ? [host, Protocols(place).Port] : parts, isUdp);
    }

    /// <summary>Reads a place that is allowed: <c>host:port</c>; a <c>*</c> stands for any port.</summary>
    /// <exception cref="FailureException">It is wrong.</exception>
    public static AllowRule ParseRule(string option, string text, bool mayLackHost)
    {
        string[] parts = [.. Split(text)];
        if (parts.Length == 1 && mayLackHost) { parts = ["localhost", parts[0]]; }

        if (parts is not [{ Length: > 0 } host, var place])
        {
            throw Refuse(option, text, mayLackHost ? "is not [bind:]port" : "is not host:port or 'any'");
        }

        (string port, _, bool isUdp) = Protocols(place);
        int? number = port == "*" ? null : (int)Port(option, text, port, least: 1);
        HostAddress? literal = HostAddress.TryParse(host, out HostAddress address) ? address : null;
        return new AllowRule(host == "*" ? null : host, number, isUdp, literal);
    }

    private static OpenRequest Target(string option, string text, string[] parts, bool isUdp)
    {
        if (parts is [['/', ..] path]) { return new OpenRequest(OpenKind.Unix, Sendable(option, text, path), 0); }

        if (parts is not [{ Length: > 0 } host, var port]) { throw Refuse(option, text, "has no host:port to lead to"); }

        OpenKind kind = isUdp ? OpenKind.Datagrams : OpenKind.Connect;
        return new OpenRequest(kind, Sendable(option, text, host), Port(option, text, port, least: 1));
    }

    private static (string Port, bool IsTcp, bool IsUdp) Protocols(string port) =>
        port.EndsWith(Both, StringComparison.Ordinal) ? (port[..^Both.Length], true, true)
        : port.EndsWith(Udp, StringComparison.Ordinal) ? (port[..^Udp.Length], false, true)
        : port.EndsWith(Tcp, StringComparison.Ordinal) ? (port[..^Tcp.Length], true, false)
        : (port, true, false);

    // An IPv6 address stands in brackets.
    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        int depth = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            char letter = i < text.Length ? text[i] : ':';
            depth += letter == '[' ? 1 : letter == ']' ? -1 : 0;
            if (letter != ':' || (depth > 0 && i < text.Length)) { continue; }

            yield return text[start..i].TrimStart('[').TrimEnd(']');
            start = i + 1;
        }
    }

    private static ulong Port(string option, string text, string port, int least) =>
        NumberText.Parse(port, "a port", least, ushort.MaxValue, out long value) is null
            ? (ulong)value
            : throw Refuse(option, text, $"has '{port}' where a port belongs, {least} to 65535");

    private static string Sendable(string option, string text, string place) =>
        OpenRequest.IsSendable(place) ? place : throw Refuse(option, text, "has a host or a path that is too long, or not printable");

    private static FailureException Refuse(string option, string text, string problem) =>
        new(Failure.Usage($"{option} '{text}' {problem}"));
}

/// <summary>A place to listen at, and the place that its connections lead to.</summary>
/// <param name="Place">Where it listens.</param>
/// <param name="Target">Where it leads.</param>
internal readonly record struct ForwardSpec(OpenRequest Place, OpenRequest Target);
