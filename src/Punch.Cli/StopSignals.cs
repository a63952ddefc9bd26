using System.Runtime.InteropServices;

namespace Punch.Cli;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP: the first one asks for an end with statistics, a later one ends the process at once. What comes right after
/// the first is that one again: <c>timeout</c> signals a process and then its group, a terminal that goes away and its shell both send
/// SIGHUP.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // Longer than it takes to say one thing twice, shorter than it takes a person to lose patience.
    private static readonly TimeSpan OneWish = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop;
    private readonly TimeProvider _clock;
    private readonly Action _abort;
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly PosixSignalRegistration? _quit;
    private long? _first;

    /// <summary>Begins to listen. SIGQUIT, which is Ctrl-\, asks for the statistics so far, as it does of ping.</summary>
    public StopSignals(CancellationTokenSource stop, StatusRequest status)
        : this(stop, TimeProvider.System, () => Environment.Exit((int)ExitCode.Interrupted))
    {
        if (OperatingSystem.IsWindows()) { return; }

        _quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context =>
        {
            context.Cancel = true;
            status.Ask();
        });
    }

    /// <summary>The same with another clock, and another way to end at once.</summary>
    internal StopSignals(CancellationTokenSource stop, TimeProvider clock, Action abort)
    {
        _stop = stop;
        _clock = clock;
        _abort = abort;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Receive),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _quit?.Dispose();
        foreach (PosixSignalRegistration registration in _registrations) { registration.Dispose(); }
    }

    /// <summary>Takes in a signal.</summary>
    internal void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        if (IsAnotherWish()) { _abort(); }

        _stop.Cancel();
    }

    private bool IsAnotherWish()
    {
        lock (_lock)
        {
            _first ??= _clock.GetTimestamp();
            return _clock.GetElapsedTime(_first.Value) > OneWish;
        }
    }
}
