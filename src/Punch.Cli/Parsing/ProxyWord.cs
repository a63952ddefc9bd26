using Punch.Net.Streams;

namespace Punch.Cli.Parsing;

/// <summary>A proxy on the command line.</summary>
internal static class ProxyWord
{
    /// <summary>Reads <c>http://[user@]host[:port]</c>.</summary>
    /// <exception cref="FailureException">It is another kind of proxy, or has a password, which other users could see.</exception>
    public static HttpProxy Parse(string option, string text)
    {
        if (HttpProxy.TryParse(text) is not { } proxy)
        {
            throw Refuse($"{option} is not an HTTP proxy, as in http://proxy.example:3128", "SOCKS and HTTPS proxies are not supported");
        }

        return proxy.Password is null
            ? proxy
            : throw Refuse(
                $"{option} has a password, which other users of this machine can see on a command line",
                "leave out --proxy, and set HTTPS_PROXY to it in the environment");
    }

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
