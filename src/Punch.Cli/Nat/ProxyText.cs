namespace Punch.Cli.Nat;

/// <summary>The proxy that the environment names for web traffic.</summary>
internal static class ProxyText
{
    private static readonly string[] Names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

    /// <summary>Its host and port, without a password; null for none.</summary>
    public static string? Find()
    {
        string? value = Names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        if (value is null) { return null; }

        string address = value.Contains("://", StringComparison.Ordinal) ? value : $"http://{value}";
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? proxy) ? $"{proxy.Host}:{proxy.Port}" : "unreadable";
    }
}
