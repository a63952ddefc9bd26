using System.Globalization;

namespace Punch.Benchmarks.Streams;

/// <summary>The programs that are measured.</summary>
internal static class StreamSubjects
{
    /// <summary>Holds the datagrams of punch to what an Ethernet carries.</summary>
    public const string MaxDatagram = "PUNCH_MAX_DATAGRAM=1472";

    // Any code will do: nobody else reaches the server.
    private const string Code = "7k3m-9q2p-xv4t-h8rn-5wzc";

    public static StreamSubject Netcat()
    {
        int port = Measure.FreePort();
        return new StreamSubject("`nc -N`", $"exec nc -N 127.0.0.1 {Text(port)}", NetcatReceiver(port));
    }

    public static StreamSubject Socat(string certificate)
    {
        int port = Measure.FreePort();
        string listen = $"OPENSSL-LISTEN:{Text(port)},bind=127.0.0.1,reuseaddr,cert={certificate},verify=0";
        return new StreamSubject(
            "`socat OPENSSL`",
            $"exec socat -u -b 131072 STDIN OPENSSL:127.0.0.1:{Text(port)},verify=0",
            new Service($"exec socat -u -b 131072 {listen} STDOUT", port));
    }

    public static StreamSubject Ssh(SshServer server) =>
        new("`ssh -c aes256-gcm@openssh.com`", $"exec {server.Client} 'cat >/dev/null'", server.Service) { IsServer = true };

    /// <summary><c>ssh -W</c>, as in a ProxyCommand, to an <c>nc</c>.</summary>
    public static StreamSubject SshForward(SshServer server)
    {
        int port = Measure.FreePort();
        string destination = server.Client[server.Client.LastIndexOf(' ')..];
        string forward = $"{server.Client[..^destination.Length]} -W 127.0.0.1:{Text(port)}{destination}";
        // An nc with -N and an empty input would close its direction at once, and ssh would end.
        var receiver = new Service($"exec nc -l -d 127.0.0.1 {Text(port)}", port);
        return new StreamSubject("`ssh -W`", $"exec {forward}", receiver) { Helper = server.Service };
    }

    /// <summary><c>punch meet --pipe</c>.</summary>
    /// <param name="binary">The program.</param>
    /// <param name="environment">Variables before its name; empty for none.</param>
    /// <param name="remark">What the name in the table adds.</param>
    public static StreamSubject Punch(string binary, string environment, string remark)
    {
        int port = Measure.FreePort();
        string side = $"{environment} exec {binary} meet {Code} --via 127.0.0.1:{Text(port)} --pipe -q";
        string serve = $"exec {binary} serve --listen 127.0.0.1:{Text(port)} --rate-limit off";
        return new StreamSubject($"`punch meet --pipe`{remark}", side, new Service($"{side} </dev/null")) { Helper = new Service(serve, null, port) };
    }

    private static Service NetcatReceiver(int port) => new($"exec nc -l -N 127.0.0.1 {Text(port)} </dev/null", port);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
