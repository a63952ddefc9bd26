using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>Reports how the use of a path goes: at a pace, when somebody asks, and at the end.</summary>
internal sealed class UseReports(PeerOptions options, PeerSession session, ISessionPresenter presenter, MonotonicClock clock) : IDisposable
{
    private readonly StatusRequest _due = new();
    private ITimer? _timer;
    private UseSample? _first;
    private UseSample? _last;

    /// <summary>Begins to report at the pace that was asked for, if any.</summary>
    /// <param name="wake">Wakes the session's loop.</param>
    public void Start(Action wake)
    {
        if (options.Report is not { } pace) { return; }

        _due.Wake = wake;
        _timer = TimeProvider.System.CreateTimer(static due => ((StatusRequest)due!).Ask(), _due, pace, pace);
    }

    /// <summary>Reports what is due. Called on the session's thread.</summary>
    public void Turn()
    {
        if (_first is null && session.Path is null) { return; }

        _first ??= Sample();
        if (_due.TryTake()) { Report(); }
    }

    /// <summary>Reports streams now: somebody asks. Datagrams are in the statistics that are printed then.</summary>
    public void Ask()
    {
        if (options.Purpose.Use == PathUse.Streams) { Report(); }
    }

    /// <summary>Reports the whole time, once the session is over.</summary>
    public void End()
    {
        bool isData = options.Purpose.Use == PathUse.Data && options.Target is not PeerTarget.Host;
        if (isData && _first is { } first) { presenter.Report(TrafficReport.Between(first, Sample(), isTotal: true)); }
        else if (options.Report is not null || options.Verbosity > 0) { Ask(); }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _due.Wake = null;
        _timer?.Dispose();
    }

    private void Report()
    {
        if (_first is not { } first) { return; }

        UseSample before = _last ?? first;
        UseSample now = Sample();
        _last = now;
        if (options.Purpose.Use == PathUse.Data) { presenter.Report(TrafficReport.Between(before, now, isTotal: false)); }
        else if (now.Statistics.Flow is { } flow)
        {
            double seconds = Math.Max((now.At - before.At).TotalSeconds, 0.001);
            long arrived = flow.Acknowledged - before.Statistics.Flow.GetValueOrDefault().Acknowledged;
            presenter.Report(new StreamReport(now.At, flow, now.Statistics.Streams.Repaired, arrived * 8 / seconds));
        }
    }

    private UseSample Sample() => new(clock.Now - Instant.Zero, session.Statistics);
}
