using System.Net.Sockets;
using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Server;
using Punch.Server.Tls;
using Punch.Serving;
using Punch.Serving.Counting;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Punch.Cli.Serve;

/// <summary>The server's log for its operator, on standard error. It names clients only at debug level and below.</summary>
internal sealed class ServeLog(ILogger log) : IServerObserver
{
    // Certificates of 90 days are renewed 30 days before their end, and those of 6 days after half of it.
    private static readonly TimeSpan LastDays = TimeSpan.FromDays(2);

    /// <inheritdoc/>
    public bool WantsRequests { get; } = log.IsEnabled(LogEventLevel.Verbose);

    /// <summary>Makes a logger with the level of the options.</summary>
    public static Logger Create(ServeOptions options) => Diagnostics.Create(
        (options.IsQuiet, options.Verbosity) switch
        {
            (true, _) => LogEventLevel.Warning,
            (false, 0) => LogEventLevel.Information,
            (false, 1) => LogEventLevel.Debug,
            (false, _) => LogEventLevel.Verbose,
        },
        options.IsJson ? LogFormat.Json : LogFormat.Text);

    /// <summary>Logs the start. Standard output shows it, too.</summary>
    public void Started(ServerHost server, ServeOptions options)
    {
        foreach (TransportAddress endpoint in server.Endpoints)
        {
            log.Debug("Serving STUN on {Address} over {Transport}", endpoint, options.HasTcp ? "UDP and TCP" : "UDP");
        }

        if (server.Certificate is { } certificate) { Judge(certificate); }

        if (options.Limit is null) { log.Warning("The rate limit is off: whoever forges source addresses can have others flooded"); }
    }

    /// <summary>Logs that networks are over their limit.</summary>
    public void OverLimit(long count, TimeSpan within) =>
        log.Information("{Limited} requests of the last {Seconds} s were over the rate limit", count, (long)within.TotalSeconds);

    /// <summary>Logs that the table of rooms is full.</summary>
    public void OutOfRooms(long count, TimeSpan within) =>
        log.Warning(
            "{Full} joins of the last {Seconds} s found no room, or none for their network: --max-rooms allows more",
            count,
            (long)within.TotalSeconds);

    /// <summary>There are as many relayed sessions as there may be.</summary>
    public void OutOfRelays(long count, TimeSpan within) =>
        log.Warning(
            "{Full} requests of the last {Seconds} s found no relay, or none for their network: --max-relays allows more",
            count,
            (long)within.TotalSeconds);

    /// <summary>All relayed sessions together want more than they may have.</summary>
    public void OverTotal(long count, TimeSpan within) =>
        log.Warning(
            "{Dropped} relayed datagrams of the last {Seconds} s were over the total rate: --relay-total allows more",
            count,
            (long)within.TotalSeconds);

    /// <summary>It was told to stop, and relays something.</summary>
    public void Draining(int sessions, TimeSpan time) =>
        log.Information("Stopping: {Sessions} relayed sessions are told, and end within {Seconds} s", sessions, (long)time.TotalSeconds);

    /// <inheritdoc/>
    public void OnCertificate(ServerCertificate certificate)
    {
        log.Information(
            "New connections get a new certificate, valid until {NotAfter:yyyy-MM-dd}, sha256={Pin}",
            certificate.NotAfter,
            certificate.Pin);
        Judge(certificate);
    }

    /// <inheritdoc/>
    public void OnCertificateFailed(string reason) =>
        log.Warning("The old certificate stays, because the new one is of no use: {Reason}", reason);

    private void Judge(ServerCertificate certificate)
    {
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (certificate.NotAfter < now)
        {
            log.Warning("The certificate expired on {NotAfter:yyyy-MM-dd}: only clients with its pin accept it", certificate.NotAfter);
        }
        else if (certificate.NotBefore > now)
        {
            log.Warning("The certificate is not valid before {NotBefore:u}: only clients with its pin accept it", certificate.NotBefore);
        }
        else if (certificate.NotAfter - now < LastDays)
        {
            log.Warning("The certificate expires on {NotAfter:yyyy-MM-dd}", certificate.NotAfter);
        }
    }

    /// <summary>Logs the end.</summary>
    public void Stopped() => log.Debug("Stopped");

    /// <inheritdoc/>
    public void OnRequest(TransportAddress client, TransportAddress local, RequestOutcome outcome) =>
        log.Verbose("Request from {Client} to {Local}: {Outcome}", client, local, outcome);

    /// <inheritdoc/>
    public void OnConnection(TransportAddress client, ConnectionChange change) =>
        log.Debug("Connection of {Client}: {Change}", client, change);

    /// <inheritdoc/>
    public void OnAcceptFailed(TransportAddress local, SocketError error, long count) =>
        log.Warning("Cannot take a connection on {Address}: {Error}, {Count} times since the last report", local, error, count);

    /// <inheritdoc/>
    public void OnReceiveFailed(TransportAddress local, SocketError error, long count) =>
        log.Warning("Cannot receive on {Address}: {Error}, {Count} times since the last report", local, error, count);

    /// <inheritdoc/>
    public void OnSendFailed(TransportAddress local, SocketError error, long count) =>
        log.Warning("Cannot send from {Address}: {Error}, {Count} times since the last report", local, error, count);

    /// <inheritdoc/>
    public void OnSourcesRewritten(TransportAddress local, HostAddress seen) => log.Warning(
        "Clients of {Address} seem to be at {Seen}, a private address: if they are elsewhere, something in front of this server rewrites "
            + "sources, and nobody can meet. Run it with the host's network (docker: --network host)",
        local,
        seen);
}
