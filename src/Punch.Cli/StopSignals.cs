using System.Runtime.InteropServices;
using Punch.Net.Unix;

namespace Punch.Cli;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP. The first signal asks for an end with statistics, and a later one ends the process at once. A signal right
/// after the first counts as the same one: <c>timeout</c> signals a process and then its group, and both a closed terminal and its shell
/// send SIGHUP.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // Longer than the time between two such copies, and shorter than the patience of a person.
    private static readonly TimeSpan OneWish = TimeSpan.FromMilliseconds(200);

    // The runtime begins a thread for a signal. Without room for it, and for what the command begins until then, it would end with a dump.
    private const int NeededSpace = 96 << 20;

    private readonly CancellationTokenSource _stop;
    private readonly TimeProvider _clock;
    private readonly Action _abort;
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly PosixSignalRegistration? _quit;
    private long? _first;

    /// <summary>Begins to listen. SIGQUIT, which is Ctrl-\, asks for the statistics so far, as with ping.</summary>
    /// <exception cref="InsufficientMemoryException">The system leaves too little address space to end in order.</exception>
    public StopSignals(CancellationTokenSource stop, StatusRequest status)
        : this(stop, TimeProvider.System, () => Environment.Exit((int)ExitCode.Interrupted))
    {
        if (OperatingSystem.IsWindows()) { return; }

        if (!AddressSpace.Has(NeededSpace)) { throw new InsufficientMemoryException(); }

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

    /// <summary>What SIGHUP asks for; null for an end, as the others do.</summary>
    public Action? HangUp { get; init; }

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
        if (context.Signal == PosixSignal.SIGHUP && HangUp is { } hangUp)
        {
            hangUp();
            return;
        }

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
