using Punch.Cli.Parsing;
using Punch.Protocol;
using Punch.Server;

namespace Punch.Cli.Serve;

/// <summary>Reads the values of <c>--listen</c>, <c>--alternate</c>, <c>--public</c> and <c>--metrics</c>, and combines them.</summary>
internal static class ListenAddresses
{
    /// <summary>The most served addresses: each costs threads and descriptors.</summary>
    public const int MaxAddresses = 16;

    // As in coturn: the port after the first one.
    private const int AlternatePortOffset = 1;

    /// <summary>Combines the addresses.</summary>
    /// <param name="listen">The values of <c>--listen</c>.</param>
    /// <param name="alternate">The values of <c>--alternate</c>, at most one for each family.</param>
    /// <param name="known">The values of <c>--public</c>, at most one for each family.</param>
    /// <exception cref="FailureException">A value is wrong, or the values do not fit together.</exception>
    public static IReadOnlyList<ServedAddress> Read(
        IReadOnlyList<string> listen, IReadOnlyList<string> alternate, IReadOnlyList<string> known)
    {
        List<ServedAddress> served = listen.Count > 0 ? [.. listen.Select(ParseListen)] : [.. ServeOptions.Everywhere];
        foreach (string word in alternate) { Apply(word, served); }

        foreach (string word in known) { Publish(word, served); }

        return served;
    }

    /// <summary>Checks that there are not too many addresses, and none twice.</summary>
    /// <exception cref="FailureException">There are.</exception>
    public static IReadOnlyList<ServedAddress> RequireDistinct(IReadOnlyList<ServedAddress> served)
    {
        if (served.Count > MaxAddresses) { throw Refuse($"more than {MaxAddresses} addresses to listen on"); }

        var seen = new HashSet<TransportAddress>();
        foreach (TransportAddress each in served.SelectMany(AllOf))
        {
            if (each.Port != 0 && !seen.Add(each)) { throw Refuse($"{each} is given twice"); }
        }

        return served;
    }

    /// <summary>Reads an address and a port of this machine.</summary>
    /// <param name="text"><c>ADDRESS</c>, <c>ADDRESS:PORT</c> or <c>[ADDRESS]:PORT</c>.</param>
    /// <param name="option">The option, for the error message.</param>
    /// <exception cref="FailureException">The text is none of these.</exception>
    public static (HostAddress Host, ushort? Port) ParseAddress(string text, string option)
    {
        (string host, string? port) = Split(text);
        if (!HostAddress.TryParse(host, out HostAddress address) || host.Contains(':', StringComparison.Ordinal) != address.IsV6)
        {
            throw Refuse($"{option} '{text}' is not ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT");
        }

        if (address.IsMulticast || address.IsLimitedBroadcast) { throw Refuse($"{option} '{text}' is not the address of a single host"); }

        return (address, port is null ? null : ParsePort(port, option));
    }

    /// <summary>Whether an address is among the served ones; port 0 never is.</summary>
    public static bool Serves(IReadOnlyList<ServedAddress> served, TransportAddress address) => address.Port != 0
        && served.SelectMany(AllOf).Any(each => each.Port == address.Port
            && (each.Host == address.Host || (each.Host.IsAny && each.Host.IsV6 == address.Host.IsV6)));

    private static ServedAddress ParseListen(string text)
    {
        (HostAddress host, ushort? port) = ParseAddress(text, "--listen");
        return new ServedAddress(host, port ?? ServeOptions.DefaultPort);
    }

    /// <summary>A bare port becomes a second port for every address. An address becomes the second one of its family.</summary>
    private static void Apply(string word, List<ServedAddress> served)
    {
        if (word.Length > 0 && word.All(char.IsAsciiDigit))
        {
            ushort second = ParsePort(word, "--alternate");
            for (int i = 0; i < served.Count; i++) { served[i] = WithAlternate(served[i], null, second, word); }

            return;
        }

        (HostAddress host, ushort? port) = ParseAddress(word, "--alternate");
        int[] fitting = [.. Enumerable.Range(0, served.Count).Where(i => served[i].Host.IsV6 == host.IsV6 && !served[i].Host.IsAny)];
        if (fitting.Length != 1)
        {
            throw Refuse(
                $"--alternate '{word}' needs exactly one {(host.IsV6 ? "IPv6" : "IPv4")} address in --listen",
                $"name the first address: --listen ADDRESS --alternate {word}");
        }

        ServedAddress first = served[fitting[0]];
        int portOrNext = port ?? (first.Port == 0 ? 0 : first.Port + AlternatePortOffset);
        if (portOrNext > ushort.MaxValue) { throw Refuse($"--alternate '{word}' needs a port: there is none after {first.Port}"); }

        served[fitting[0]] = WithAlternate(first, host, (ushort)portOrNext, word);
    }

    private static ServedAddress WithAlternate(ServedAddress address, HostAddress? host, ushort port, string word)
    {
        if (address.AlternatePort is not null)
        {
            throw Refuse($"--alternate '{word}' is one too many: a server has one alternate of each family");
        }

        if (host is { IsAny: true }) { throw Refuse($"--alternate '{word}' must be a single address, not a wildcard"); }

        if (host == address.Host) { throw Refuse($"--alternate '{word}' is the same address as --listen"); }

        if (port == address.Port && port != 0)
        {
            throw Refuse($"--alternate '{word}' needs a port other than {port}, the port of --listen");
        }

        return address with { AlternateHost = host, AlternatePort = port };
    }

    /// <summary>Sets the public addresses for the two addresses of one family.</summary>
    private static void Publish(string word, List<ServedAddress> served)
    {
        if (word.Split(',') is not [string one, string two]) { throw RefusePublic(word); }

        (HostAddress first, HostAddress second) = (ParsePublic(one, word), ParsePublic(two, word));
        if (first.IsV6 != second.IsV6 || first == second) { throw RefusePublic(word); }

        int index = served.FindIndex(each => each.AlternateHost is { } host && host.IsV6 == first.IsV6);
        if (index < 0)
        {
            throw Refuse(
                $"--public '{word}' needs a --listen and an --alternate address of {(first.IsV6 ? "IPv6" : "IPv4")}",
                $"name both: --listen ADDRESS --alternate ADDRESS --public {word}");
        }

        if (served[index].Public is not null) { throw Refuse($"--public '{word}' is given twice for one family"); }

        served[index] = served[index] with { Public = (first, second) };
    }

    private static HostAddress ParsePublic(string text, string word) =>
        HostAddress.TryParse(text, out HostAddress host) && !host.IsAny && !host.IsMulticast && !host.IsLimitedBroadcast
            ? host
            : throw RefusePublic(word);

    private static FailureException RefusePublic(string word) => Refuse(
        $"--public '{word}' is not two addresses of one family with a comma between",
        "the address for --listen, then the one for --alternate, without ports: --public 203.0.113.1,203.0.113.2");

    private static IEnumerable<TransportAddress> AllOf(ServedAddress address) =>
        from host in (HostAddress?[])[address.Host, address.AlternateHost]
        from port in (ushort?[])[address.Port, address.AlternatePort]
        where host is not null && port is not null
        select new TransportAddress(host.Value, port.Value);

    private static (string Host, string? Port) Split(string text)
    {
        int close = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        if (close > 0)
        {
            string rest = text[(close + 1)..];
            return rest switch { "" => (text[1..close], null), [':', .. string port] => (text[1..close], port), _ => (text, null) };
        }

        // More than one colon without brackets: an IPv6 address without a port.
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return text.Count(':') == 1 ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }

    private static ushort ParsePort(string text, string option) =>
        NumberText.Parse(text, "a port", 0, ushort.MaxValue, out long port) is { } problem
            ? throw Refuse($"the port '{text}' of {option} {problem}")
            : (ushort)port;

    private static FailureException Refuse(string message, string? hint = null) => new(Failure.Usage(message, hint));
}
