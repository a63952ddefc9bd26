using System.Globalization;
using Punch.Protocol;

namespace Punch.Cli.Parsing;

/// <summary>A remote host as the user typed it, with the port if the word has one.</summary>
/// <param name="Host">The name or literal, without brackets and port.</param>
/// <param name="Literal">The address, if the host is one.</param>
/// <param name="Port">The port of <c>host:port</c>; null if there is none.</param>
internal sealed record RemoteTarget(string Host, HostAddress? Literal, ushort? Port)
{
    /// <summary>RFC 1035 §2.3.4: the longest name, as text without the final dot.</summary>
    private const int MaxNameLength = 253;

    private const int MaxLabelLength = 63;

    /// <summary>IFNAMSIZ of Linux, without the final zero byte.</summary>
    private const int MaxScopeLength = 15;

    /// <summary>The name for look-ups, in ASCII.</summary>
    public string LookUpName => AsciiName.TryFind(Host, out string ascii) ? ascii : Host;

    /// <summary>Reads a name, an IPv4 or IPv6 literal, bracketed or not, with <c>%scope</c>, with or without <c>:port</c>.</summary>
    /// <exception cref="FailureException">The text is none of these.</exception>
    public static RemoteTarget Parse(string text)
    {
        if (text.Length == 0) { throw Refuse("the host is empty"); }

        if (text.Contains("://", StringComparison.Ordinal)) { throw RefuseUrl(text); }

        string host = text;
        string? port = null;
        bool isV6 = text.Count(':') > 1;
        if (text[0] == '[')
        {
            int close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || (close + 1 < text.Length && text[close + 1] != ':')) { throw Refuse($"'{text}' is not [ADDRESS]:PORT"); }

            isV6 = true;
            host = text[1..close];
            port = close + 1 < text.Length ? text[(close + 2)..] : null;
        }
        else if (!isV6 && text.IndexOf(':', StringComparison.Ordinal) is >= 0 and int colon)
        {
            host = text[..colon];
            port = text[(colon + 1)..];
        }

        if (port is "") { throw Refuse($"no port after the ':' of '{text}'"); }

        ushort? number = port is null ? null : ParsePort(port);
        return isV6 ? new RemoteTarget(host, ParseV6(host), number) : new RemoteTarget(host, ParseNameOrV4(host), number);
    }

    /// <summary>Reads an address of either family, for <c>--bind</c>.</summary>
    /// <exception cref="FailureException">The text is not an address.</exception>
    public static HostAddress ParseAddress(string text)
    {
        string bare = text is ['[', .., ']'] ? text[1..^1] : text;
        if (bare.Contains(':', StringComparison.Ordinal)) { return ParseV6(bare); }

        return ParseV4(bare) ?? throw Refuse($"'{text}' is not an IP address");
    }

    private static ushort ParsePort(string text) =>
        NumberText.Parse(text, "a port", 1, ushort.MaxValue, out long number) is { } problem
            ? throw Refuse($"'{text}' {problem}")
            : (ushort)number;

    private static HostAddress ParseV6(string host)
    {
        int percent = host.IndexOf('%', StringComparison.Ordinal);
        bool isAddress = HostAddress.TryParse(host, out HostAddress address)
            && host.Contains(':', StringComparison.Ordinal)
            && percent != host.Length - 1;
        string scope = percent < 0 ? "" : host[(percent + 1)..];
        bool isScope = scope.Length <= MaxScopeLength && scope.All(IsScopeLetter);
        if (!isScope) { throw Refuse($"'{scope}' is not the name of a network interface"); }

        if (!isAddress) { throw Refuse($"'{host}' is not an IPv6 address"); }

        // The platform's parser takes an unknown interface as scope 0.
        bool isNumber = uint.TryParse(scope, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (scope.Length > 0 && !isNumber && IsLinkLocal(address) && address.ScopeId == 0)
        {
            throw Refuse($"this machine has no network interface '{scope}'");
        }

        return address;
    }

    private static bool IsLinkLocal(HostAddress address) => address.ToIPAddress().IsIPv6LinkLocal;

    private static HostAddress? ParseNameOrV4(string host)
    {
        if (ParseV4(host) is { } address) { return address; }

        if (host.Length == 0) { throw Refuse("no host before the ':'"); }

        // No top-level domain is a number, so this is a historic short form such as 10.1, or a mistyped address.
        string lastLabel = host[(host.LastIndexOf('.') + 1)..];
        if (lastLabel.Length > 0 && lastLabel.All(char.IsAsciiDigit)) { throw Refuse($"'{host}' is not an IPv4 address"); }

        if (!IsName(host)) { throw Refuse($"'{host}' is not a host name"); }

        return AsciiName.TryFind(host, out string ascii) && ascii.Length <= MaxNameLength
            ? null
            : throw new FailureException(Failure.Usage(
                $"'{host}' has no form in ASCII here", "type that form yourself: 'xn--...', as a browser or 'idn2' shows it"));
    }

    /// <summary>The platform reads 010.0.0.1 as octal and 0x7f.0.0.1 as hexadecimal. Users who type a leading zero mean neither.</summary>
    private static HostAddress? ParseV4(string text) =>
        HostAddress.TryParse(text, out HostAddress address) && address.ToString() == text ? address : null;

    private static bool IsName(string host)
    {
        string name = host.EndsWith('.') ? host[..^1] : host;
        return name.Length is > 0 and <= MaxNameLength && name.Split('.').All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength && label[0] != '-' && label.All(c => char.IsLetterOrDigit(c) || c is '-' or '_');

    private static bool IsScopeLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';

    private static FailureException RefuseUrl(string text)
    {
        string host = text[(text.IndexOf("://", StringComparison.Ordinal) + "://".Length)..].Split('/')[0];
        return new FailureException(Failure.Usage(
            $"'{text}' is a URL, and punch speaks UDP to a host and a port", $"write it as host or host:port: '{host}'"));
    }

    private static FailureException Refuse(string message) => new(Failure.Usage(message));
}
