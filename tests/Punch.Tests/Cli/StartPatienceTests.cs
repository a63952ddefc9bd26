using Punch.Cli.Session;
using Punch.Net;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The start waits for names, networks and addresses as long as the rest waits for a peer.</summary>
public sealed class StartPatienceTests : IDisposable
{
    private readonly List<string> _advice = [];
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public void An_address_that_appears_in_time_is_bound_and_the_wait_is_reported_once()
    {
        int attempts = 0;

        IReadOnlyList<int> bound = Patience(TimeSpan.FromSeconds(30)).Bind<int>(() => ++attempts < 3 ? throw Absent() : [7]);

        Assert.Equal([7], bound);
        Assert.Equal(["no interface has it yet; waiting"], _advice);
    }

    [Fact]
    public void Without_a_deadline_a_host_is_not_waited_for()
    {
        Assert.Throws<LocalNetworkException>(() => Patience(deadline: null).Bind<int>(() => throw Absent()));
        Assert.Empty(_advice);
    }

    [Fact]
    public void Time_runs_out()
    {
        Assert.False(Patience(TimeSpan.FromMilliseconds(200)).TryWait("nothing"));
        Assert.Throws<LocalNetworkException>(() => Patience(TimeSpan.FromMilliseconds(600)).Bind<int>(() => throw Absent()));
    }

    [Fact]
    public void A_meeting_without_a_deadline_waits_until_it_is_stopped()
    {
        StartPatience patience = Patience(deadline: null, endless: true);

        Assert.True(patience.TryWait("no network"));
        Assert.True(patience.TryWait("no network"));
        _stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => patience.TryWait("no network"));
    }

    [Fact]
    public void An_address_that_is_not_there_is_not_waited_for_without_a_deadline()
    {
        int attempts = 0;

        Assert.Throws<LocalNetworkException>(() => Patience(deadline: null, endless: true).Bind<int>(() =>
        {
            attempts++;
            throw Absent();
        }));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public void Another_refusal_is_final()
    {
        var taken = new LocalNetworkException(LocalNetworkError.PortTaken, "taken");

        Assert.Same(taken, Assert.Throws<LocalNetworkException>(() => Patience(TimeSpan.FromSeconds(30)).Bind<int>(() => throw taken)));
    }

    public void Dispose() => _stop.Dispose();

    private static LocalNetworkException Absent() => new(LocalNetworkError.NoSuchAddress, "no interface has it");

    private StartPatience Patience(TimeSpan? deadline, bool endless = false) =>
        new(deadline, endless, new MonotonicClock(), _advice.Add, _stop.Token);
}
