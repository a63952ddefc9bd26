using System.Globalization;
using Punch.Lab.Linux;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Turn;

/// <summary>
/// Two machines, A and B, that reach a third one and not each other: no direct path can open. The third one runs <c>punch serve</c> and
/// coturn. All links are the kernel's own, so that TCP passes, too.
/// </summary>
internal sealed class TurnNetwork : IDisposable
{
    public const string Server = "198.18.0.1";
    public const string ServerV6 = "2001:2::1";
    public const string HostV6OfB = "2001:2:2::1";
    public const int Port = 5478;
    public const int TlsPort = 5349;
    public const int ProxyPort = 3128;
    public const string Proxy = "http://198.18.0.1:3128";
    public const string User = "user";
    public const string Password = "pass";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly List<LabProcess> _processes = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("punch-turn").FullName;

    public TurnNetwork()
    {
        Machine = new LabHost("server", new NetworkNamespace("server"));
        Machine.Namespace.Ip("link set lo up", $"address add {Server}/32 dev lo");
        A = Join("A", 1);
        B = Join("B", 2);
    }

    /// <summary>The machine of the servers.</summary>
    public LabHost Machine { get; }

    public LabHost A { get; }

    public LabHost B { get; }

    /// <summary>The certificate of the server, which is its own root.</summary>
    public string Certificate => Path.Combine(_folder, "cert.pem");

    /// <summary>An empty folder for a process.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;

    /// <summary>Starts coturn, and waits until it listens.</summary>
    public LabProcess StartCoturn(params string[] options)
    {
        string key = Path.Combine(_folder, "key.pem");
        if (!File.Exists(key))
        {
            Tool.Run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", Certificate, "-days", "2", "-subj", $"/CN={Server}",
                    "-addext", $"subjectAltName=IP:{Server}",
                ],
                "");
        }

        string[] fixedOptions =
        [
            "-n", "--no-cli", "-v", "-L", Server, "-E", Server, "-p", Text(Port), "--tls-listening-port", Text(TlsPort), "--realm", "lab",
            "--cert", Certificate, "--pkey", key, "--log-file", "stdout", "--pidfile", Path.Combine(_folder, "pid"),
            "--userdb", Path.Combine(_folder, "db"),
        ];
        LabProcess coturn = Start(Machine, new LabCommand("turnserver", [.. fixedOptions, .. options]));
        AwaitListener(Port);
        return coturn;
    }

    /// <summary>Starts <c>punch serve</c> without a relay of its own, and waits until it listens.</summary>
    public void StartServer(params string[] options)
    {
        LabProcess server = Start(Machine, new LabCommand(Prerequisites.Binary, ["serve", "--listen", Server, "--no-relay", .. options]));
        if (server.WaitForLine(line => line.StartsWith("SERVE", StringComparison.Ordinal), Patience) is null)
        {
            throw new TimeoutException($"punch serve does not start\n{Transcript()}");
        }
    }

    /// <summary>Drops all UDP that A sends, without a word.</summary>
    public void DropUdpOfA() => DropOfA("meta l4proto udp");

    /// <summary>Drops all that A sends but to an HTTP proxy, and starts tinyproxy as that.</summary>
    public void LetAOutByProxyAlone()
    {
        string file = Path.Combine(_folder, "proxy.conf");
        string[] ports = [Text(Port), Text(TlsPort), "3478"];
        File.WriteAllText(file, $"Port {Text(ProxyPort)}\nListen {Server}\n{string.Concat(ports.Select(port => $"ConnectPort {port}\n"))}");
        Start(Machine, new LabCommand("tinyproxy", "-d", "-c", file));
        AwaitListener(ProxyPort);
        DropOfA("meta l4proto udp", $"tcp dport != {Text(ProxyPort)}");
    }

    private void DropOfA(params string[] packets) => Machine.Namespace.Run(() => Tool.Run(
        "nft",
        ["-f", "-"],
        $"table ip lab {{\nchain in {{\ntype filter hook input priority 0\n{string.Concat(packets.Select(each => $"iifname \"e1\" {each} drop\n"))}}}\n}}\n"));

    /// <summary>Gives B and the servers IPv6, and takes IPv4 from B.</summary>
    public void MoveBToV6()
    {
        const string Gateway = "2001:2:2::254";
        Machine.Namespace.Ip($"address add {ServerV6}/128 dev lo", $"address add {Gateway}/64 dev e2 nodad");
        B.Namespace.Ip("address del 198.18.2.1/24 dev e2", $"address add {HostV6OfB}/64 dev e2 nodad", $"route add ::/0 via {Gateway}");
    }

    public LabProcess Start(LabHost host, LabCommand command)
    {
        LabProcess process = host.Start(command);
        _processes.Add(process);
        return process;
    }

    /// <summary>What all processes printed, for people.</summary>
    public string Transcript() =>
        string.Join('\n', _processes.SelectMany(process => process.Output.Concat(process.Errors).Select(line => line.Text).Append("--")));

    public void Dispose()
    {
        foreach (LabProcess process in _processes) { process.Dispose(); }

        A.Dispose();
        B.Dispose();
        Machine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private LabHost Join(string name, int number)
    {
        var host = new LabHost(name, new NetworkNamespace(name));
        string link = $"e{number}";
        host.Namespace.Ip($"link add {link} type veth peer name {link} netns {Machine.Namespace.Path}");
        Machine.Namespace.Ip($"address add 198.18.{number}.254/24 dev {link}", $"link set {link} up");
        host.Namespace.Ip(
            "link set lo up",
            $"address add 198.18.{number}.1/24 dev {link}",
            $"link set {link} up",
            $"route add default via 198.18.{number}.254");
        return host;
    }

    private void AwaitListener(int port)
    {
        Instant end = LabClock.Now + Patience;
        string wanted = $"{Server}:{Text(port)} ";
        while (!Machine.Namespace.Run(() => Tool.Run("ss", ["-Hltn"], "")).Contains(wanted, StringComparison.Ordinal))
        {
            if (LabClock.Now > end) { throw new TimeoutException($"nobody listens on port {port}\n{Transcript()}"); }

            LabClock.WaitUntil(LabClock.Now + Tick);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
