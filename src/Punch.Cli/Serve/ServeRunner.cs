using System.Diagnostics;
using System.Globalization;
using Punch.Net;
using Punch.Protocol;
using Punch.Server;
using Punch.Server.Streams;
using Punch.Server.Tls;
using Punch.Serving;
using Punch.Serving.Relay;

namespace Punch.Cli.Serve;

/// <summary>Runs the server until it is stopped, and prints its counts meanwhile.</summary>
internal sealed class ServeRunner(ServeOptions options, CommandContext context, IServePresenter presenter, ServeLog log)
{
    // How long it may take to notice that the reader of standard output is gone, if anything is written there.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    // The server's threads look up every 100 ms.
    private static readonly TimeSpan TellingTime = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan LimitReportInterval = TimeSpan.FromMinutes(1);

    private volatile ServerHost? _server;
    private TimeSpan _limitReported;
    private ServerStatistics _reported;

    /// <summary>Runs the server to its end.</summary>
    public ExitCode Run()
    {
        try
        {
            using ServerHost server = ServerHost.Bind(options.ForServer(log));
            return Serve(server);
        }
        catch (LocalNetworkException e)
        {
            return Fail(LocalRefusal.Explain(e) with { Hint = HintFor(e.Error) });
        }
        catch (CertificateException e)
        {
            const string Hint = "--tls takes a PEM file with a certificate, and then the file of its key";
            return Fail(Failure.Usage($"no TLS: {e.Message}", Hint));
        }
        catch (FailureException e)
        {
            return Fail(e.Failure);
        }
    }

    /// <summary>Reads the certificate again. Any thread may call it, at any time.</summary>
    public void Reload() => _server?.Reload();

    private ExitCode Fail(Failure failure)
    {
        presenter.Fail(failure);
        return failure.Exit;
    }

    private ExitCode Serve(ServerHost server)
    {
        long start = Stopwatch.GetTimestamp();
        server.Start();
        _server = server;
        log.Started(server, options);
        presenter.Begin(new ServeStart
        {
            Endpoints = server.Endpoints,
            PublicEndpoints = server.PublicEndpoints,
            HasTcp = options.HasTcp,
            HasPassword = options.Password.IsNamed,
            Tls = server.EndpointsOf(StreamKind.Tls),
            WebSockets = server.EndpointsOf(StreamKind.WebSocket),
            Pin = server.Certificate is { } certificate ? PinOf(certificate, server.EndpointsOf(StreamKind.Tls)[0]) : null,
            Metrics = server.Metrics,
            Time = DateTimeOffset.Now,
        });
        Wait(server, start);
        Drain(server);
        _server = null;
        server.Stop();
        log.Stopped();
        presenter.End(new ServeReading(server.Statistics, Stopwatch.GetElapsedTime(start)));
        return ExitCode.Success;
    }

    private void Wait(ServerHost server, long start)
    {
        WaitHandle[] ends = [context.Stop.Token.WaitHandle, server.Broken.WaitHandle];
        TimeSpan? next = options.Statistics;
        while (!context.Output.IsClosed)
        {
            TimeSpan wait = next is { } due ? due - Stopwatch.GetElapsedTime(start) : LongestWait;
            if (WaitHandle.WaitAny(ends, Clamp(wait)) != WaitHandle.WaitTimeout) { return; }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            ReportLimits(server, elapsed);
            if (next is null || elapsed < next) { continue; }

            presenter.Report(new ServeReading(server.Statistics, elapsed));
            next += options.Statistics;
        }
    }

    /// <summary>
    /// Has those told that are relayed, and relays on for as long as that was asked for. A second signal ends the process.
    /// </summary>
    private void Drain(ServerHost server)
    {
        if (options.Relay is null || server.Broken.IsCancellationRequested || server.Statistics.Relay.Sessions == 0) { return; }

        long start = Stopwatch.GetTimestamp();
        TimeSpan whole = options.Drain > TellingTime ? options.Drain : TellingTime;
        server.Drain(options.Drain);
        log.Draining(server.Statistics.Relay.Sessions, options.Drain);
        while (whole - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            bool isOver = server.Broken.WaitHandle.WaitOne(Clamp(left)) || server.Statistics.Relay.Sessions == 0;
            if (isOver) { return; }
        }
    }

    private void ReportLimits(ServerHost server, TimeSpan elapsed)
    {
        if (elapsed - _limitReported < LimitReportInterval) { return; }

        ServerStatistics statistics = server.Statistics;
        TimeSpan within = elapsed - _limitReported;
        long limited = statistics.Total.Limited - _reported.Total.Limited;
        long full = statistics.Rendezvous.Full - _reported.Rendezvous.Full;
        if (limited > 0) { log.OverLimit(limited, within); }

        if (full > 0) { log.OutOfRooms(full, within); }

        ReportRelay(statistics.Relay, _reported.Relay, within);

        (_limitReported, _reported) = (elapsed, statistics);
    }

    private void ReportRelay(in RelayStatistics now, in RelayStatistics last, TimeSpan within)
    {
        long full = now.Full + now.OverShare - last.Full - last.OverShare;
        if (full > 0) { log.OutOfRelays(full, within); }

        long total = now.DroppedTotal - last.DroppedTotal;
        if (total > 0) { log.OverTotal(total, within); }
    }

    private static string PinOf(ServerCertificate certificate, TransportAddress tls)
    {
        const ushort UsualPort = 443;
        string host = certificate.Name ?? "HOST";
        string port = tls.Port == UsualPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{tls.Port}");
        return $"tls://{host}{port}#sha256={certificate.Pin}";
    }

    private static TimeSpan Clamp(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;

    private static string? HintFor(LocalNetworkError error) => error switch
    {
        LocalNetworkError.PortTaken => "is another server running? --listen and --tls-listen ADDRESS:PORT take another port or address",
        LocalNetworkError.NoSuchAddress => "--listen and --alternate take addresses of this machine; 'ip address' shows them",
        LocalNetworkError.NoPermission => "ports below 1024 need privileges: --listen and --tls-listen ADDRESS:PORT take another port",
        LocalNetworkError.FamilyUnavailable => "--listen 0.0.0.0 or --listen :: chooses the family that this machine has",
        _ => null,
    };
}
