using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>Scenarios of forwards: real programs reach real servers through two NATs.</summary>
internal static class ForwardScenarios
{
    // A web server that sends as many bytes as its path says, and an echo of datagrams.
    private const string Servers = """
        import http.server, socket, threading
        def echo():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(('127.0.0.1', 5300))
            while True:
                d, a = s.recvfrom(65535)
                s.sendto(d, a)
        threading.Thread(target=echo, daemon=True).start()
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = b'x' * int(self.path[1:])
                self.send_response(200)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *a): pass
        http.server.ThreadingHTTPServer(('127.0.0.1', 8000), Handler).serve_forever()
        """;

    // Thirty connections, some at once; datagrams of any size; a name through the proxy; and a place that is not allowed.
    private const string Client = """
        import socket, time, threading, urllib.request
        def get(size):
            with urllib.request.urlopen('http://127.0.0.1:8080/%d' % size, timeout=20) as r:
                assert len(r.read()) == size, size
        for attempt in range(200):
            try:
                socket.create_connection(('127.0.0.1', 8080)).close()
                break
            except OSError: time.sleep(0.1)
        for size in [0, 1, 100000] * 5: get(size)
        failed = []
        def many(size):
            try: get(size)
            except Exception as e: failed.append(e)
        threads = [threading.Thread(target=many, args=(i * 10000,)) for i in range(15)]
        for t in threads: t.start()
        for t in threads: t.join()
        assert not failed, failed
        u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        u.settimeout(1)
        for size in [1, 1200, 1400, 1452, 4000]:
            sent = bytes([size % 256]) * size
            for attempt in range(10):
                u.sendto(sent, ('127.0.0.1', 5300))
                try:
                    if u.recv(65535) == sent: break
                except socket.timeout: pass
            else: raise AssertionError('no echo of %d' % size)
        def ask(port):
            s = socket.create_connection(('127.0.0.1', 1080), timeout=20)
            s.sendall(b'\x05\x01\x00')
            assert s.recv(2) == b'\x05\x00'
            s.sendall(b'\x05\x01\x00\x03\x09localhost' + port.to_bytes(2, 'big'))
            return s, s.recv(10)[1]
        s, code = ask(8000)
        assert code == 0, code
        s.sendall(b'GET /5 HTTP/1.0\r\n\r\n')
        got = b''
        while (part := s.recv(1000)): got += part
        assert got.endswith(b'xxxxx'), got
        assert ask(9)[1] == 2
        print('all is well')
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<MeetScenario> All { get; } =
    [
        .. from cell in (Cell[])
           [
               new(HostKind.Linux, HostKind.Of(NatPresets.PortRestricted)),
               new(HostKind.KernelDrop, HostKind.KernelDrop),
               new(HostKind.Of(NatPresets.SymmetricRandom), HostKind.Of(NatPresets.SymmetricRandom)),
           ]
           select new MeetScenario($"{cell.Name}: programs reach servers by forwards", seed => Reach(cell, seed)),
        new("ssh logs in and copies through -W", LogIn),
    ];

    private static ScenarioResult Reach(Cell cell, ulong seed)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        LabHost client = lab.Add(cell.A, loss: 0);
        LabHost server = lab.Add(cell.B, loss: 0);
        lab.Open();
        string meet = $"$0 meet {MeetCode.Draw(seed)} --via {lab.Server.Via}";
        MeetPeer[] peers = lab.StartAll(
            (client, Shell($"{meet} -L 8080:localhost:8000 -L 5300/udp:localhost:5300 -D 1080 >&2 & python3 -c \"$1\"; e=$?; "
                + "kill $!; wait $! && exit $e", Client), TimeSpan.Zero),
            (server, Shell($"timeout 60 python3 -c \"$1\" > /dev/null 2>&1 & exec {meet} --allow localhost:8000 --allow localhost:5300/udp", Servers), TimeSpan.Zero));
        MeetScenario.AwaitExits(Patience, peers[0]);
        return End(lab, cell.Name, peers, "all is well");
    }

    private static ScenarioResult LogIn(ulong seed)
    {
        var cell = new Cell(HostKind.Of(NatPresets.PortRestricted), HostKind.Of(NatPresets.AddressRestricted));
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        LabHost client = lab.Add(cell.A, loss: 0);
        LabHost server = lab.Add(cell.B, loss: 0);
        lab.Open();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("punch-lab-ssh-");
        try
        {
            string meet = $"$0 meet {MeetCode.Draw(seed)} --via {lab.Server.Via}";
            string options = "-F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "
                + $"-i $1/key -o ProxyCommand=\"{meet} -W localhost:2222\"";
            MeetPeer[] peers = lab.StartAll(
                (client, Shell(
                    "until test -s $1/ready; do sleep 0.1; done; seq 1 300000 > $1/file; "
                    + $"ssh {options} root@there 'seq 1 300000' | cmp - $1/file && scp {options} $1/file root@there:$1/copy && cmp $1/file $1/copy && echo all is well",
                    folder.FullName), TimeSpan.Zero),
                (server, Shell(
                    "ssh-keygen -q -t ed25519 -N '' -f $1/key && ssh-keygen -q -t ed25519 -N '' -f $1/host && mkdir -p /run/sshd && "
                    + "timeout 60 /usr/sbin/sshd -D -f /dev/null -p 2222 -h $1/host -o AuthorizedKeysFile=$1/key.pub -o StrictModes=no "
                    + $"-o PidFile=none -o ListenAddress=127.0.0.1 -o 'Subsystem sftp internal-sftp' > /dev/null 2>&1 & sleep 1; echo 1 > $1/ready; exec {meet} --share 2222",
                    folder.FullName), TimeSpan.Zero));
            MeetScenario.AwaitExits(Patience, peers[0]);
            return End(lab, "ssh", peers, "all is well");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ScenarioResult End(MeetLab lab, string name, MeetPeer[] peers, string word)
    {
        peers[1].Process.Terminate();
        MeetScenario.AwaitExits(Patience, peers[1]);
        return MeetScenario.Judge(
            lab,
            name,
            MeetScenario.EndedWith(peers[0], 0),
            MeetScenario.EndedWith(peers[1], 0),
            (peers[0].Process.Output.Any(line => line.Text == word), "the programs of the client are content"));
    }

    private static LabCommand Shell(string script, string argument) => new("sh", ["-c", script, Prerequisites.Binary, argument]);
}
