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

    private bool Receive(PosixSignal signal)
    {
        var context = new PosixSignalContext(signal);
        _signals.Receive(context);
        return context.Cancel;
    }
}
