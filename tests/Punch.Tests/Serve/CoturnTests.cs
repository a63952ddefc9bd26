using System.Diagnostics;
using Punch.Net;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>coturn's client tools get right answers from the server.</summary>
public sealed class CoturnTests
{
    [Fact]
    public void Stunclient_learns_the_address_and_of_the_second_one()
    {
        using var rig = new ServerRig(ServerRig.TwoAddresses, Kind);
        string output = Run("turnutils_stunclient", "-p", $"{rig.Endpoint().Port}", "127.0.0.1");

        Assert.Contains("UDP reflexive addr: 127.0.0.1:", output);
        Assert.Contains($"Other addr: : {rig.Endpoint(3)}", output);
        Assert.Contains($"Response origin: : {rig.Endpoint()}", output);
    }

    [Fact]
    public void Stunclient_learns_the_address_from_a_server_with_one()
    {
        using var rig = new ServerRig(ServerRig.Loopback, Kind);
        string output = Run("turnutils_stunclient", "-p", $"{rig.Endpoint().Port}", "127.0.0.1");

        Assert.Contains("UDP reflexive addr: 127.0.0.1:", output);
        Assert.DoesNotContain("Other addr", output);
    }

    [Fact]
    public void Natdiscovery_finds_mapping_and_filtering_of_a_host_without_NAT()
    {
        using var rig = new ServerRig(ServerRig.TwoAddresses, Kind);
        string output = Run("turnutils_natdiscovery", "-m", "-f", "-p", $"{rig.Endpoint().Port}", "127.0.0.1");

        Assert.Contains("Endpoint Independent Mapping!", output);
        Assert.Contains("Endpoint Independent Filtering!", output);
        Assert.Contains($"Response origin: : {rig.Endpoint(2)}", output);
        Assert.Contains($"Response origin: : {rig.Endpoint(3)}", output);
    }

    /// <summary>Debian's stun, a client of RFC 3489, finds no NAT if there is none.</summary>
    [Fact]
    public void A_client_of_RFC_3489_learns_what_kind_of_NAT_there_is()
    {
        using var rig = new ServerRig(ServerRig.TwoAddresses, Kind);

        Assert.Contains("Open", Run("stun", $"127.0.0.1:{rig.Endpoint().Port}", "-v"));
    }

    private static SocketKind Kind => OperatingSystem.IsLinux() ? SocketKind.Linux : SocketKind.Portable;

    private static string Run(string program, params string[] arguments)
    {
        bool isInstalled = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(OperatingSystem.IsLinux() && isInstalled, $"needs {program}, of coturn or stun-client");
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        return output + error.Result;
    }
}
