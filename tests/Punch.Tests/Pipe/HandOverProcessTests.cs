using Xunit;

namespace Punch.Tests.Pipe;

/// <summary>Two real processes on loopback, each of which becomes another program.</summary>
public sealed class HandOverProcessTests
{
    private const string PrintVariables = "echo $PUNCH_LOCAL_HOST $PUNCH_LOCAL_PORT $PUNCH_REMOTE_HOST $PUNCH_REMOTE_PORT; cat; exit 7";

    [Fact]
    public void Each_command_finds_the_ports_in_its_environment_and_decides_the_exit_code()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["-w", "50", "--", "sh", "-c", PrintVariables], ["-w", "50", "-q", "--", "sh", "-c", PrintVariables]);
        using (first)
        using (second)
        {
            first.Write("to cat\n"u8.ToArray()).End();
            second.End();

            Assert.True((first.Exit, second.Exit) == (7, 7), first.Error + second.Error);
            string[] a = first.Text.Split('\n')[0].Split(' ');
            string[] b = second.Text.Split('\n')[0].Split(' ');
            Assert.Equal(["127.0.0.1", "127.0.0.1"], [a[0], b[0]]);
            Assert.Equal([a[1], a[2], a[3]], [b[3], b[0], b[1]]);
            Assert.EndsWith("\nto cat\n", first.Text);
            Assert.Contains($"Port {a[1]} and the path to 127.0.0.1:{b[1]} go to sh\n", first.Error);
        }
    }

    [Fact]
    public void Over_TCP_each_command_gets_the_connection_with_every_byte_of_the_other_command()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a shell, and a descriptor that waits");
        const string Talk = "echo hello from $PUNCH_LOCAL_PORT to $PUNCH_REMOTE_PORT >&$PUNCH_FD; head -1 <&$PUNCH_FD";
        for (int round = 0; round < 3; round++)
        {
            (PunchProcess first, PunchProcess second) =
                PunchProcess.Pair(["--tcp", "-w", "50", "--", "sh", "-c", Talk], ["--tcp", "-w", "50", "--", "sh", "-c", Talk]);
            using (first)
            using (second)
            {
                Assert.True((first.Exit, second.Exit) == (0, 0), first.Error + second.Error);
                string[] a = first.Text.Trim().Split(' ');
                string[] b = second.Text.Trim().Split(' ');
                Assert.Equal(["hello", "from", a[2], "to", a[4]], a);
                Assert.Equal(["hello", "from", a[4], "to", a[2]], b);
                Assert.Contains($"The connection to 127.0.0.1:{a[2]} goes to sh\n", first.Error);
            }
        }
    }

    [Fact]
    public void Over_TCP_a_peer_without_a_command_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a shell");
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["--tcp", "-w", "50", "--", "true"], ["--tcp", "-c", "3", "-w", "50"]);
        using (first)
        using (second)
        {
            Assert.Equal((1, 0), (first.Exit, second.Exit));
            Assert.Contains("both sides need a command after '--'", first.Error);
        }
    }

    [Fact]
    public void The_command_does_not_find_secrets_in_its_environment()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        const string Script = "PUNCH_CODE=secret PUNCH_SERVER_PASSWORD=secret PUNCH_TURN_PASSWORD=secret $PUNCH -- sh -c 'env | grep -c secret'";
        (PunchProcess first, PunchProcess second) = PunchProcess.HandingPair(Script, "$PUNCH -- true");
        using (first)
        using (second)
        {
            Assert.Equal("0\n", first.Text);
        }
    }

    [Theory]
    [InlineData("$PUNCH --")]
    [InlineData("$PUNCH --pass-socket --", "3")]
    public void The_command_inherits_its_streams_and_the_socket_it_is_passed_and_nothing_else(string handingOver, params string[] socket)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");

        // What is open around this test is not of punch's making. The shell is listed by another program, whose own descriptors do not count.
        const string List = "ls /proc/$$/fd; echo end";
        (PunchProcess first, PunchProcess second) = PunchProcess.HandingPair($"{List}; {handingOver} sh -c '{List}'", "$PUNCH -- true");
        using (first)
        using (second)
        {
            string[][] listed = [.. first.Text.Split("end\n").Select(part => part.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
            Assert.Equal(["0", "1", "2"], listed[0].Intersect(["0", "1", "2", "3"]));
            Assert.Equal(listed[0].Concat(socket).Order(StringComparer.Ordinal), listed[1]);
        }
    }

    [Fact]
    public void The_bound_socket_itself_can_be_handed_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        const string Print = "$PUNCH --pass-socket -- sh -c 'echo $PUNCH_FD $LISTEN_FDS $((LISTEN_PID == $$)); readlink /proc/$$/fd/3'";
        (PunchProcess first, PunchProcess second) = PunchProcess.HandingPair(Print, "$PUNCH -- true");
        using (first)
        using (second)
        {
            Assert.Equal(0, first.Exit);
            Assert.StartsWith("3 1 1\nsocket:[", first.Text);
        }
    }

    [Fact]
    public void Two_sockets_of_another_program_then_talk_over_the_path()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/usr/bin/socat"), "needs socat");
        const string Address = "udp4:$PUNCH_REMOTE_HOST:$PUNCH_REMOTE_PORT,bind=$PUNCH_LOCAL_HOST:$PUNCH_LOCAL_PORT";
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(
            ["-w", "50", "--", "sh", "-c", $"exec socat -T 30 -u {Address} stdout"],
            ["-w", "50", "--", "sh", "-c", $"for i in $(seq 100); do echo over the path | socat -u stdin {Address}; sleep 0.1; done"]);
        using (first)
        using (second)
        {
            // The first one's command may start later: until then its port refuses.
            Assert.StartsWith("over the path\n", first.FirstOutput());
        }
    }

    [Fact]
    public void A_signal_reaches_the_command_which_ends_as_it_would_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        string[] waits = ["-w", "50", "--", "sh", "-c", "trap 'echo told; exit 3' TERM; echo ready; while :; do sleep 0.05; done"];
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(waits, waits);
        using (first)
        using (second)
        {
            Assert.StartsWith("ready", first.FirstOutput());
            Signal.Send(first.Id, Signal.Terminate);

            Assert.Equal(3, first.Exit);
            Assert.Equal("ready\ntold\n", first.Text);
        }
    }

    [Fact]
    public void With_json_its_events_come_before_the_commands_output()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        string[] arguments = ["-w", "50", "-q", "--json", "--", "echo", "mine"];
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(arguments, arguments);
        using (first)
        using (second)
        {
            Assert.Equal((0, 0), (first.Exit, second.Exit));
            string[] lines = first.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("mine", lines[^1]);
            Assert.Contains("\"event\":\"summary\",\"exit\":0", lines[^2]);
            Assert.Contains("\"event\":\"handover\"", lines[^3]);
            Assert.Contains("\"command\":[\"echo\",\"mine\"]", lines[^3]);
        }
    }

    [Fact]
    public void Without_a_path_the_command_is_not_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        (PunchProcess first, PunchProcess second) = PunchProcess.Pair(["-w", "10ms", "--", "echo", "never"], ["--help"]);
        using (first)
        using (second)
        {
            Assert.Equal(1, first.Exit);
            Assert.Empty(first.Output);
        }
    }
}
