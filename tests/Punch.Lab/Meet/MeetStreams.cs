using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>What sides need whose network drops UDP: a certificate of the server, and an HTTP proxy.</summary>
internal sealed class MeetStreams : IDisposable
{
    private static readonly HostAddress ProxyHost = HostAddress.Parse("198.19.0.1");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("punch-meet-").FullName;
    private readonly LabHost _proxy;
    private int _sides;

    /// <param name="lab">The network. It carries no packets yet.</param>
    /// <param name="uplink">The link of the proxy.</param>
    /// <param name="server">The server whose certificate is made.</param>
    public MeetStreams(LabNetwork lab, LinkOptions uplink, HostAddress server)
    {
        (string certificate, string key) = LabCertificate.Write(_folder, server);
        ServerOptions = ["--tls", certificate, key];
        _proxy = lab.AddHost(lab.Network.AddHost("proxy", lab.Network.Internet, [ProxyHost], uplink));
    }

    private string Replaced => Path.Combine(_folder, "replaced.pem");

    /// <summary>The further options of <c>punch serve</c>.</summary>
    public IReadOnlyList<string> ServerOptions { get; }

    /// <summary>Starts tinyproxy, and waits until it accepts connections.</summary>
    public LabProcess StartProxy()
    {
        string file = Path.Combine(_folder, "proxy.conf");
        File.WriteAllText(file, Invariant($"Port {OutletFilter.ProxyPort}\nListen {ProxyHost}\nTimeout 60\nConnectPort 443\nConnectPort 3478\n"));
        LabProcess proxy = _proxy.Start(new LabCommand("tinyproxy", "-d", "-c", file));
        Instant end = LabClock.Now + Patience;
        while (!_proxy.Namespace.Run(Accepts))
        {
            if (LabClock.Now > end) { throw new TimeoutException("tinyproxy does not listen"); }

            LabClock.WaitUntil(LabClock.Now + Tick);
        }

        return proxy;
    }

    /// <summary>The command of a side, which trusts the certificate, knows its proxy, and remembers nothing of other runs.</summary>
    /// <param name="outlet">What the network of the side lets out.</param>
    /// <param name="command">The command without that.</param>
    /// <param name="trustsOld">Whether it trusts the certificate that was replaced, and no other.</param>
    public LabCommand Of(Outlet outlet, LabCommand command, bool trustsOld)
    {
        string state = Path.Combine(_folder, Invariant($"side{++_sides}"));
        string proxy = outlet == Outlet.OnlyProxy ? Invariant($"HTTPS_PROXY=http://{ProxyHost}:{OutletFilter.ProxyPort}") : "NO_PROXY=*";
        string[] variables = [$"SSL_CERT_FILE={(trustsOld ? Replaced : ServerOptions[1])}", $"XDG_STATE_HOME={state}", proxy];
        return new LabCommand("env", [.. variables, command.Program, .. command.Arguments]);
    }

    /// <summary>Writes another certificate in place of the present one.</summary>
    public void ReplaceCertificate(HostAddress server)
    {
        File.Copy(ServerOptions[1], Replaced);
        _ = LabCertificate.Write(_folder, server);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool Accepts()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(ProxyHost.ToIPAddress(), OutletFilter.ProxyPort));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
