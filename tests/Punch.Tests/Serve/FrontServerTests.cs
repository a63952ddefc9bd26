using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using Punch.Server;
using Punch.Server.Streams;
using Punch.Tests.Relay;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>nginx and haproxy in front of the server, as docs/usage.md sets them up.</summary>
public sealed class FrontServerTests : IDisposable
{
    private const string Client = "127.0.0.2";

    private readonly PemFiles _files = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("punch-front-").FullName;
    private readonly int _port = FreePort();
    private Process? _front;

    public void Dispose()
    {
        _front?.Kill(entireProcessTree: true);
        _front?.WaitForExit();
        _front?.Dispose();
        Directory.Delete(_directory, recursive: true);
        _files.Dispose();
    }

    [Fact]
    public async Task Nginx_passes_WebSockets_on_and_names_the_client()
    {
        using ServerRig rig = Start();
        Run("nginx", $$"""
            daemon off; pid nginx.pid; error_log stderr; worker_processes 1;
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
              server {
                listen 127.0.0.1:{{_port}} ssl;
                ssl_certificate {{_files.Certificate}}; ssl_certificate_key {{_files.Key}};
                location = /punch {
                  proxy_pass http://{{WebSocketPort(rig)}};
                  proxy_http_version 1.1;
                  proxy_set_header Upgrade $http_upgrade;
                  proxy_set_header Connection "upgrade";
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  proxy_read_timeout 90s;
                }
              }
            }
            """, "-p", _directory, "-c");

        await SwapAsync(rig);
    }

    [Fact]
    public async Task Haproxy_passes_WebSockets_on_and_names_the_client()
    {
        using ServerRig rig = Start();
        Run("haproxy", $"""
            defaults
              mode http
              timeout connect 5s
              timeout client 90s
              timeout server 90s
            frontend front
              bind 127.0.0.1:{_port} ssl crt {Joined()}
              default_backend punch
            backend punch
              option forwardfor
              server punch {WebSocketPort(rig)}
            """, "-f");

        await SwapAsync(rig);
    }

    [Fact]
    public async Task Haproxy_passes_TLS_on_and_names_the_client()
    {
        using ServerRig rig = Start();
        Run("haproxy", $"""
            defaults
              mode tcp
              timeout connect 5s
              timeout client 90s
              timeout server 90s
            frontend front
              bind 127.0.0.1:{_port}
              default_backend punch
            backend punch
              server punch {rig.Server.EndpointsOf(StreamKind.Tls)[0]} send-proxy-v2
            """, "-f");

        await SwapAsync(rig);
    }

    /// <summary>Two parties through the proxy: the server sees where they are, and relays between them.</summary>
    private async Task SwapAsync(ServerRig rig)
    {
        using ClientWebSocket first = await ConnectAsync();
        using ClientWebSocket second = await ConnectAsync();
        TransportAddress seen = await WebSocketParty.BindAsync(first, 1);
        await WebSocketParty.BindAsync(second, 2);

        await first.SendAsync(RelayRig.Frame(1200), WebSocketMessageType.Binary, endOfMessage: true, TestContext.Current.CancellationToken);

        Assert.Equal(HostAddress.Parse(Client), seen.Host);
        Assert.Equal(RelayRig.Frame(1200), await WebSocketParty.ReceiveAsync(second));
        Assert.Equal(2, rig.Statistics.Connections);
    }

    private ServerRig Start() => new(new ServerOptions
    {
        Addresses =
        [
            ServerRig.Loopback,
            ServerRig.Loopback with { Streams = StreamKind.Tls },
            ServerRig.Loopback with { Streams = StreamKind.WebSocket },
        ],
        Certificate = (_files.Certificate, _files.Key),
        Proxies = new HashSet<HostAddress> { HostAddress.Parse("127.0.0.1") },
        Limit = null,
    });

    private static TransportAddress WebSocketPort(ServerRig rig) => rig.Server.EndpointsOf(StreamKind.WebSocket)[0];

    private string Joined()
    {
        string path = Path.Combine(_directory, "both.pem");
        File.WriteAllText(path, File.ReadAllText(_files.Certificate) + "\n" + File.ReadAllText(_files.Key));
        return path;
    }

    private void Run(string program, string configuration, params string[] arguments)
    {
        string? found = new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipUnless(OperatingSystem.IsLinux() && found is not null, $"needs {program}");
        string path = Path.Combine(_directory, "front.conf");
        File.WriteAllText(path, configuration + "\n");
        _front = Process.Start(new ProcessStartInfo(found!, [.. arguments, path]) { WorkingDirectory = _directory })!;
        Assert.True(SpinWait.SpinUntil(IsListening, TimeSpan.FromSeconds(10)), $"{program} does not listen");
    }

    private bool IsListening()
    {
        try
        {
            using var probe = new TcpClient("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("punch");
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectFromAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=relay.test",
            },
        };
        using var invoker = new HttpMessageInvoker(handler);
        await client.ConnectAsync(new Uri($"wss://127.0.0.1:{_port}/punch"), invoker, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>From another address than the proxy's own.</summary>
    private async ValueTask<Stream> ConnectFromAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Client), 0));
        await socket.ConnectAsync(IPAddress.Loopback, _port, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
