using System.Text;
using Punch.Server;
using Punch.Tests.Serve;
using Xunit;

namespace Punch.Tests.Pipe;

/// <summary>Two real processes on loopback that meet on a real server.</summary>
public sealed class MeetProcessTests
{
    private const string Code = "0000-1111-2222-3333-4444";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_receiver_that_is_killed_or_stopped_a_second_before_the_end_leaves_the_sender_with_exit_1(bool isKilled)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        using var server = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], HasTcp = false, Limit = null });
        using PunchProcess receiver = Side(server, "--pipe");
        using PunchProcess sender = Side(server, "--pipe");
        receiver.End();
        for (int i = 0; i < 50; i++)
        {
            sender.Write(Encoding.ASCII.GetBytes($"line {i}\n"));
            Thread.Sleep(100);
            if (i == 0) { receiver.WaitForOutput(); }

            // A process that is stopped hears and says nothing more, like one whose link was cut.
            if (i == 40) { Signal.Send(receiver.Id, isKilled ? 9 : 19); }
        }

        sender.End();

        Assert.Equal(1, sender.Exit);
        Assert.Contains("punch: error: ", sender.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_side_that_is_killed_in_session_meets_again_when_it_is_started_again(bool areBothKilled)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        using var server = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], HasTcp = false, Limit = null });
        using PunchProcess first = Side(server, "--pipe", "--datagrams");
        using PunchProcess second = Side(server, "--pipe", "--datagrams");
        first.Write("hello\n"u8.ToArray());
        second.Write("hello\n"u8.ToArray());
        first.WaitForOutput();
        second.WaitForOutput();

        Signal.Send(first.Id, 9);
        if (areBothKilled) { Signal.Send(second.Id, 9); }

        using PunchProcess firstAgain = Side(server, "-c", "1", "--json");
        using PunchProcess? secondAgain = areBothKilled ? Side(server, "-c", "1") : null;

        Assert.True(firstAgain.Exit == 0, firstAgain.Text + firstAgain.Error);
        Assert.True((secondAgain?.Exit ?? 0) == 0, secondAgain?.Error);
    }

    [Fact]
    public void A_stream_to_a_peer_that_is_killed_ends_with_1()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        using var server = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], HasTcp = false, Limit = null });
        using PunchProcess first = Side(server, "--pipe");
        using PunchProcess second = Side(server, "--pipe");
        first.Write("hello\n"u8.ToArray());
        second.Write("hello\n"u8.ToArray());
        first.WaitForOutput();
        second.WaitForOutput();

        Signal.Send(first.Id, 9);

        Assert.Equal(1, second.Exit);
        Assert.Contains("punch: error: the peer left before everything was through", second.Error, StringComparison.Ordinal);
    }

    private static PunchProcess Side(ServerRig server, params string[] arguments) =>
        PunchProcess.Start(["meet", Code, "--via", server.Endpoint().ToString(), "-w", "40", .. arguments]);
}
