using System.Net;

namespace Punch.Net.Streams;

/// <summary>The proxy of the environment, as curl and others find it.</summary>
/// <param name="read">Reads a variable.</param>
public sealed class ProxyEnvironment(Func<string, string?> read)
{
    // HTTP_PROXY is for plain HTTP, and a web server sets it from a header of its client.
    private static readonly string[] Variables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    private static readonly string[] Exceptions = ["NO_PROXY", "no_proxy"];

    /// <summary>The proxy for a server; null for none.</summary>
    /// <param name="host">The name or address of the server.</param>
    /// <param name="unusable">The variable that names a proxy of another kind; null for none.</param>
    public HttpProxy? Find(string host, out string? unusable)
    {
        unusable = null;
        string? variable = Variables.FirstOrDefault(name => !string.IsNullOrWhiteSpace(read(name)));
        if (variable is null || Exceptions.Any(name => IsExcepted(host, read(name) ?? ""))) { return null; }

        HttpProxy? proxy = HttpProxy.TryParse(read(variable)!.Trim());
        unusable = proxy is null ? variable : null;
        return proxy;
    }

    private static bool IsExcepted(string host, string list) =>
        list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Any(entry => Matches(host.TrimEnd('.'), entry));

    private static bool Matches(string host, string entry)
    {
        if (entry == "*") { return true; }

        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            string bare = entry is ['[', .., ']'] ? entry[1..^1] : entry;
            return IPNetwork.TryParse(bare, out IPNetwork network)
                ? network.Contains(address)
                : IPAddress.TryParse(bare, out IPAddress? other) && other.Equals(address);
        }

        string name = entry.TrimStart('*').TrimStart('.').TrimEnd('.');
        return name.Length > 0
            && (host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
    }
}
