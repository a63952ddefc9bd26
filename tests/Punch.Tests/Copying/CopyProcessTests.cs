using System.Security.Cryptography;
using System.Text.Json;
using Punch.Cli.Copy;
using Punch.Server;
using Punch.Tests.Pipe;
using Punch.Tests.Serve;
using Xunit;

namespace Punch.Tests.Copying;

/// <summary>Two real processes on loopback that copy files.</summary>
public sealed class CopyProcessTests : IDisposable
{
    private const string Code = "0000-1111-2222-3333-4444";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServerRig _server = new(new ServerOptions { Addresses = [ServerRig.Loopback], HasTcp = false, Limit = null });
    private readonly TemporaryFolder _from = new();
    private readonly TemporaryFolder _to = new();

    public void Dispose()
    {
        _server.Dispose();
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public void A_tree_arrives_and_both_sides_say_so()
    {
        WriteTree(files: 20, large: 2_000_000);
        using PunchProcess receiver = Side("--json", "--receive", _to.Root);
        using PunchProcess sender = Side("--json", "--send", _from["tree"]);

        Assert.True((sender.Exit, receiver.Exit) == (0, 0), sender.Text + receiver.Text);
        AssertSameTrees();
        foreach (PunchProcess side in new[] { sender, receiver })
        {
            JsonElement[] lines = [.. side.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
            JsonElement[] files = [.. lines.Where(line => line.GetProperty("event").GetString() == "file")];
            Assert.Equal(21, files.Length);
            JsonElement large = files.Single(file => file.GetProperty("path").GetString() == "tree/m-large");
            Assert.Equal("stored", large.GetProperty("state").GetString());
            Assert.Equal(2_000_000, large.GetProperty("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_from["tree/m-large"]))), large.GetProperty("sha256").GetString());
            Assert.Equal(21, lines.Single(line => line.GetProperty("event").GetString() == "copied").GetProperty("files").GetInt64());
        }
    }

    [Fact]
    public void A_copy_goes_on_after_either_side_was_killed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        WriteTree(files: 200, large: 60_000_000);

        // The last ones come in the middle of the large file, which stands between the small ones.
        KillAt(isSender: true, waits: false, files: 20);
        KillAt(isSender: false, waits: false, files: 60);
        KillAt(isSender: true, waits: true, files: 100, part: 5_000_000);
        KillAt(isSender: false, waits: true, files: 100, part: 25_000_000);
        KillAt(isSender: true, waits: false, files: 100, part: 40_000_000);

        using PunchProcess receiver = Side("--receive", _to.Root);
        using PunchProcess sender = Side("--send", _from["tree"]);
        Assert.True((sender.Exit, receiver.Exit) == (0, 0), sender.Text + sender.Error + receiver.Text + receiver.Error);
        Assert.Contains(" there already", sender.Text, StringComparison.Ordinal);
        AssertSameTrees();
    }

    [Fact]
    public void A_file_that_is_there_is_kept_and_both_sides_are_told()
    {
        _from.Write("a", [1]);
        _to.Write("a", [7]);
        using PunchProcess receiver = Side("--receive", _to.Root);
        using PunchProcess sender = Side("--send", _from["a"]);
        receiver.End();

        Assert.Equal((1, 1), (sender.Exit, receiver.Exit));
        Assert.Equal([7], File.ReadAllBytes(_to["a"]));
        foreach (string error in new[] { sender.Error, receiver.Error })
        {
            Assert.Contains("punch: error: a: another file of this name is there, and was not overwritten\n", error, StringComparison.Ordinal);
            Assert.Contains("punch: hint: --force on the receiving side overwrites\n", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_the_system_refuses_is_told_on_both_sides()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links");
        _from.Write("tree/a", [1]);
        _to.Write("tree", [7]);
        using PunchProcess receiver = Side("--json", "--receive", _to.Root);
        using PunchProcess sender = Side("--json", "--send", _from["tree"]);

        Assert.Equal((1, 1), (sender.Exit, receiver.Exit));
        foreach (string text in new[] { sender.Text, receiver.Text })
        {
            Assert.Contains("\"event\":\"error\",\"code\":\"write_failed\",\"message\":\"tree/a: the receiver cannot write it: ", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--pipe")]
    [InlineData("--send")]
    [InlineData("-q")]
    public void A_peer_that_wants_something_else_ends_both(string other)
    {
        _from.Write("a", [1]);
        string[] words = other == "--send" ? [other, _from["a"]] : [other];
        using PunchProcess first = Side("--send", _from["a"]);
        using PunchProcess second = Side(words);

        Assert.Equal((1, 1), (first.Exit, second.Exit));
        Assert.Contains("punch: error: the two sides want different things of the path\n", first.Error, StringComparison.Ordinal);
        Assert.Contains("punch: error: the two sides want different things of the path\n", second.Error, StringComparison.Ordinal);
    }

    private void KillAt(bool isSender, bool waits, int files, long part = 0)
    {
        using PunchProcess receiver = Side("--receive", _to.Root);
        using PunchProcess sender = Side("--send", _from["tree"]);
        receiver.WaitForOutput("Path open");
        sender.WaitForOutput("Path open");
        var large = new FileInfo(_to["tree/m-large.punch.part"]);
        Assert.True(SpinWait.SpinUntil(() => HasArrived(files, large, part), Patience), "nothing arrives");

        (isSender ? sender : receiver).Kill();
        PunchProcess other = isSender ? receiver : sender;
        if (!waits)
        {
            other.Kill();
            return;
        }

        // The system tells the other side that nobody is there. It may have had everything before.
        Assert.InRange(other.Exit, 0, 1);
        if (other.Exit == 0) { return; }

        Assert.Contains("punch: error: the peer left before everything was copied\n", other.Error, StringComparison.Ordinal);
        Assert.Contains("punch: hint: run both commands again: the copy goes on where it stopped\n", other.Error, StringComparison.Ordinal);
    }

    private bool HasArrived(int files, FileInfo large, long part)
    {
        large.Refresh();
        bool isFar = File.Exists(_to["tree/m-large"]) || (large.Exists ? large.Length : 0) >= part;
        return isFar && Directory.Exists(_to["tree"]) && Directory.GetFiles(_to["tree"]).Length >= files;
    }

    private void WriteTree(int files, int large)
    {
        var random = new SplitMix64(3);
        for (int i = 0; i < files; i++)
        {
            byte[] bytes = new byte[random.NextInt(5_000)];
            Fill(ref random, bytes);
            string file = _from.Write($"tree/{(i % 2 == 0 ? 'a' : 'z')}{i}", bytes);
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddSeconds(random.NextInt(1_000_000_000)).AddTicks(random.NextInt(10_000_000)));
            if (!OperatingSystem.IsWindows()) { File.SetUnixFileMode(file, UnixFileMode.UserRead | (UnixFileMode)random.NextInt(0x1FF)); }
        }

        byte[] much = new byte[large];
        Fill(ref random, much);
        _from.Write("tree/m-large", much);
        Directory.CreateDirectory(_from["tree/empty/deep"]);
        Directory.SetLastWriteTimeUtc(_from["tree/empty/deep"], DateTime.UnixEpoch);
    }

    private static void Fill(ref SplitMix64 random, Span<byte> bytes)
    {
        foreach (ref ulong word in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes)) { word = random.Next(); }
    }

    private void AssertSameTrees()
    {
        string[] sent = Names(_from.Root);
        Assert.Equal(sent, Names(_to.Root));
        foreach (string name in sent)
        {
            Assert.Equal(Facts(_from[name]), Facts(_to[name]));
            if (File.Exists(_from[name])) { Assert.True(File.ReadAllBytes(_from[name]).AsSpan().SequenceEqual(File.ReadAllBytes(_to[name])), name); }
        }
    }

    // A folder's own size is its file system's affair.
    private static (int Mode, long Size, long ModifiedAt) Facts(string path) =>
        Inspector.Look(path) is { } facts ? (facts.Mode, facts.IsFolder ? 0 : facts.Size, facts.ModifiedAt) : default;

    private static string[] Names(string root) =>
        [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path)).Order()];

    private PunchProcess Side(params string[] arguments) =>
        PunchProcess.Start(["meet", Code, "--via", _server.Endpoint().ToString(), "-w", "50", .. arguments]);
}
