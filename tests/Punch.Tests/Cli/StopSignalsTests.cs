using System.Runtime.InteropServices;
using Punch.Cli;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class StopSignalsTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualTime _clock = new();
    private readonly StopSignals _signals;
    private int _aborts;

    public StopSignalsTests() => _signals = new StopSignals(_stop, _clock, () => _aborts++);

    public void Dispose()
    {
        _signals.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void One_signal_asks_for_an_end_with_statistics()
    {
        bool isHandled = Receive(PosixSignal.SIGTERM);

        Assert.True(isHandled);
        Assert.True(_stop.IsCancellationRequested);
        Assert.Equal(0, _aborts);
    }

    [Fact]
    public void A_signal_that_is_sent_to_the_process_and_to_its_group_counts_once()
    {
        Receive(PosixSignal.SIGTERM);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Receive(PosixSignal.SIGTERM);
        Receive(PosixSignal.SIGHUP);

        Assert.Equal(0, _aborts);
    }

    [Fact]
    public void A_second_signal_of_a_person_ends_the_process_at_once()
    {
        Receive(PosixSignal.SIGINT);
        _clock.Advance(TimeSpan.FromMilliseconds(201));
        Receive(PosixSignal.SIGINT);

        Assert.Equal(1, _aborts);
    }

    [Fact]
    public void A_hang_up_does_what_was_given_instead_as_often_as_it_comes()
    {
        int reloads = 0;
        using var signals = new StopSignals(_stop, _clock, () => _aborts++) { HangUp = () => reloads++ };
        for (int i = 0; i < 3; i++)
        {
            var context = new PosixSignalContext(PosixSignal.SIGHUP);
            signals.Receive(context);
            Assert.True(context.Cancel);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((3, 0, false), (reloads, _aborts, _stop.IsCancellationRequested));
    }

    private bool Receive(PosixSignal signal)
    {
        var context = new PosixSignalContext(signal);
        _signals.Receive(context);
        return context.Cancel;
    }
}
