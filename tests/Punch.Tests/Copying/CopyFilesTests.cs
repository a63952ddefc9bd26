using Punch.Cli.Copy;
using Punch.Cli.HandOver;
using Punch.Protocol.Copying;
using Punch.Tests.Cli;
using Xunit;

namespace Punch.Tests.Copying;

/// <summary>Copies between folders of this machine, without a network.</summary>
public sealed class CopyFilesTests : IDisposable
{
    private readonly TemporaryFolder _from = new();
    private readonly TemporaryFolder _to = new();
    private readonly List<string> _advice = [];
    private readonly MemorySink _error = new();
    private readonly CancellationTokenSource _stop = new();
    private string _typed = "";
    private bool _isTerminal;

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void Times_and_modes_are_exact()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs nanoseconds");
        if (OperatingSystem.IsWindows()) { return; }

        string file = _from.Write("t/a", [1]);
        Directory.SetLastWriteTimeUtc(_from["t"], new DateTime(1960, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(_from["t"], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite | UnixFileMode.SetUser);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddTicks(123_456_789_1));

        Copy("t").AssertDone();

        foreach (string name in new[] { "t", "t/a" })
        {
            Assert.Equal(Inspector.Look(_from[name])!.Value.ModifiedAt, Inspector.Look(_to[name])!.Value.ModifiedAt);
            Assert.Equal(File.GetUnixFileMode(_from[name]) & ~UnixFileMode.SetUser, File.GetUnixFileMode(_to[name]));
        }
    }

    [Fact]
    public void Links_pipes_and_unfinished_files_are_left_out_and_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links");
        _from.Write("t/a", [1]);
        _from.Write("t/b.punch.part", [1]);
        File.CreateSymbolicLink(_from["t/link"], "a");
        File.CreateSymbolicLink(_from["t/out"], "/etc");

        Copy("t").AssertDone();

        Assert.Equal([_to["t/a"]], Directory.GetFileSystemEntries(_to["t"]));
        Assert.Equal(
            ["'t/b.punch.part' is an unfinished file of punch: left out", "'t/link' is a link: left out", "'t/out' is a link: left out"],
            _advice);
    }

    [Fact]
    public void A_link_that_was_typed_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links");
        _from.Write("t/a", [1]);
        File.CreateSymbolicLink(_from["file"], _from["t/a"]);
        File.CreateSymbolicLink(_from["folder"], _from["t"]);

        Copy("file", "folder").AssertDone();

        Assert.Equal([1], File.ReadAllBytes(_to["file"]));
        Assert.Equal([1], File.ReadAllBytes(_to["folder/a"]));
        Assert.Null(new FileInfo(_to["file"]).LinkTarget);
    }

    [Theory]
    [InlineData("t")]
    [InlineData("t/in")]
    public void No_link_leads_out_of_the_folder(string link)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links");
        using var outside = new TemporaryFolder();
        outside.Write("in/a", [7]);
        _from.Write("t/in/a", [1]);
        Directory.CreateDirectory(Path.GetDirectoryName(_to[link])!);
        File.CreateSymbolicLink(_to[link], link == "t" ? outside.Root : outside["in"]);

        CopyResult failure = Copy("t").Failure!;

        Assert.Equal((CopyCause.WriteFailed, $"'{link[^Math.Min(2, link.Length)..].TrimStart('/')}' is there, and is no folder"), (failure.Fault.Cause, failure.Fault.Text));
        Assert.Equal([7], File.ReadAllBytes(outside["in/a"]));
        Assert.Single(Directory.GetFileSystemEntries(outside["in"]));
        Assert.Single(Directory.GetFileSystemEntries(outside.Root));
    }

    [Fact]
    public void A_link_in_the_place_of_a_file_is_replaced_and_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links");
        using var outside = new TemporaryFolder();
        outside.Write("victim", [7]);
        outside.Write("victim.part", [7]);
        _from.Write("t/a", [1]);
        _from.Write("t/b", [2]);
        Directory.CreateDirectory(_to["t"]);
        File.CreateSymbolicLink(_to["t/a"], outside["victim"]);
        File.CreateSymbolicLink(_to["t/b.punch.part"], outside["victim.part"]);

        Assert.Equal(CopyCause.Exists, Copy("t").Failure?.Fault.Cause);
        CopyResult other = Copy(isForced: true, "t").Failure!;

        // The unfinished file of the other one is a link: nothing goes there either.
        Assert.Equal(("t/b", CopyCause.WriteFailed), (other.Entry.Path.Text, other.Fault.Cause));
        Assert.Equal([1], File.ReadAllBytes(_to["t/a"]));
        Assert.Equal([7], File.ReadAllBytes(outside["victim"]));
        Assert.Equal([7], File.ReadAllBytes(outside["victim.part"]));
    }

    [Fact]
    public void An_unfinished_file_goes_on_and_leaves_nothing_behind()
    {
        byte[] bytes = new byte[300_000];
        bytes[200_000] = 1;
        _from.Write("a", bytes);
        _to.Write("a.punch.part", bytes[..250_000]);

        CopyTotals totals = Copy("a").AssertDone();

        Assert.Equal(bytes, File.ReadAllBytes(_to["a"]));
        Assert.Equal([_to["a"]], Directory.GetFileSystemEntries(_to.Root));
        Assert.True(totals.Sent < 51_000, $"{totals.Sent} bytes");
    }

    [Fact]
    public void Two_copies_do_not_write_the_same_file()
    {
        _from.Write("a", [1]);
        using IFolder root = TargetFolder.Open(_to.Root);
        using var held = root.OpenToWrite("a.punch.part");

        CopyResult failure = Copy("a").Failure!;

        Assert.Equal(CopyCause.WriteFailed, failure.Fault.Cause);
        Assert.False(File.Exists(_to["a"]));
    }

    [Theory]
    [InlineData("y\ny\n", 2, 0)]
    [InlineData("n\n", 0, 2)]
    [InlineData("what?\nyes\nno\n", 1, 1)]
    [InlineData("a\n", 2, 0)]
    [InlineData("", 0, 2)]
    public void A_person_is_asked_before_a_file_is_overwritten(string answers, int replaced, int kept)
    {
        _from.Write("a", [1, 1]);
        _from.Write("b", [2, 2]);
        _to.Write("a", [7]);
        _to.Write("b", [7]);
        _isTerminal = true;
        _typed = answers;

        CopyTotals totals = Copy("a", "b");

        Assert.Equal((replaced, kept), (totals.Stored, totals.Failed));
        Assert.StartsWith("punch: overwrite a? [y]es, [n]o, [a]ll: ", _error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_terminal_nothing_is_overwritten_unless_forced()
    {
        _from.Write("a", [1]);
        _to.Write("a", [7]);
        _typed = "y\n";

        Assert.Equal(CopyCause.Exists, Copy("a").Failure?.Fault.Cause);
        Assert.Equal([7], File.ReadAllBytes(_to["a"]));
        Assert.Equal("", _error.Text);

        Copy(isForced: true, "a").AssertDone();
        Assert.Equal([1], File.ReadAllBytes(_to["a"]));
    }

    [Fact]
    public void Names_of_unfinished_files_are_not_written_to_by_the_peer()
    {
        var source = new MemorySource([MemorySource.File("a.punch.part", [1])]);
        CopyResult failure = Run(new CopySender(source), Receiver(isForced: false)).Failure!;

        Assert.Equal(CopyCause.WriteFailed, failure.Fault.Cause);
        Assert.Empty(Directory.GetFileSystemEntries(_to.Root));
    }

    [Fact]
    public void A_long_name_has_an_unfinished_file_too()
    {
        string name = new('n', 255);
        _from.Write(name, [1]);

        Copy(name).AssertDone();

        Assert.Equal([1], File.ReadAllBytes(_to[name]));
    }

    [Theory]
    [InlineData("CON", false)]
    [InlineData("con.txt", false)]
    [InlineData("LPT1", false)]
    [InlineData("COM\u00B9.log", false)]
    [InlineData("a:b", false)]
    [InlineData("C:", false)]
    [InlineData("..\\x", false)]
    [InlineData("a.", false)]
    [InlineData("a ", false)]
    [InlineData("a\u0001", false)]
    [InlineData("a?", false)]
    [InlineData("console", true)]
    [InlineData(".hidden", true)]
    [InlineData("a b.c", true)]
    public void Windows_gets_only_names_that_it_takes_as_they_are(string name, bool isUsable) =>
        Assert.Equal(isUsable, WindowsName.IsUsable(name));

    [Fact]
    public void What_cannot_be_sent_is_refused_at_once()
    {
        Assert.Equal((ExitCode.Local, "unreadable"), Refusal(_from["none"]));
        Assert.Equal((ExitCode.Usage, "usage"), Refusal("/"));
        _from.Write("x/a", []);
        _from.Write("y/a", []);
        Assert.Equal((ExitCode.Usage, "usage"), Refusal(_from["x/a"], _from["y/a"]));
    }

    [Fact]
    public void The_live_line_names_the_file_and_the_share()
    {
        CopyEntry entry = MemorySource.File("t/\u001b[2J", []).Entry;
        var counts = new CopyCounts(1_000_000, 4_000_000, 0, 0, 0, entry);
        var clock = new ManualTime();
        var progress = new CopyProgress(() => counts, clock);

        Assert.Equal(@"t/\x1b[2J, 1.00 MB of 4.00 MB (25%), 0 B/s", progress.Text());
        counts = counts with { Bytes = 2_000_000, Current = null };
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2.00 MB of 4.00 MB (50%), 1.00 MB/s, 2 s left", progress.Text());
    }

    private static (ExitCode Exit, string Code) Refusal(params string[] paths)
    {
        Failure failure = Assert.Throws<FailureException>(() => new SourceTree(paths, _ => { })).Failure;
        return (failure.Exit, failure.Code);
    }

    private CopyTotals Copy(params string[] names) => Copy(isForced: false, names);

    private CopyTotals Copy(bool isForced, params string[] names) =>
        Run(new CopySender(new SourceTree([.. names.Select(name => _from[name])], _advice.Add)), Receiver(isForced));

    private ICopyMachine Receiver(bool isForced)
    {
        var context = new CommandContext(new MemorySink(), _error, _stop)
        {
            IsInputTerminal = () => _isTerminal,
            OpenInput = () => new ByteSource(System.Text.Encoding.UTF8.GetBytes(_typed)),
        };
        return CopyParts.Open(new CopyRequest { Folder = _to.Root, Overwrites = isForced }, context, _advice.Add);
    }

    private static CopyTotals Run(CopySender sender, ICopyMachine receiver)
    {
        byte[] buffer = new byte[ICopyMachine.LeastRoom];
        long sent = 0;
        for (bool moves = true; moves;)
        {
            int forth = sender.Write(buffer);
            receiver.Receive(buffer.AsSpan(0, forth));
            sent += forth;
            int back = receiver.Write(buffer);
            sender.Receive(buffer.AsSpan(0, back));
            moves = forth + back > 0;
        }

        Assert.True(sender.IsOver && receiver.IsOver, $"{sender.Fault} {receiver.Fault}");
        Assert.Equal(sender.Fault, receiver.Fault);
        Assert.Equal((sender.Counts.Stored, sender.Counts.Failed), (receiver.Counts.Stored, receiver.Counts.Failed));
        CopyResult? failure = receiver.FirstFailure;
        sender.Dispose();
        receiver.Dispose();
        return new CopyTotals((int)receiver.Counts.Stored, (int)receiver.Counts.Failed, sent, failure);
    }

    private sealed record CopyTotals(int Stored, int Failed, long Sent, CopyResult? Failure)
    {
        public CopyTotals AssertDone()
        {
            Assert.True(Failure is null, Failure?.ToString());
            return this;
        }
    }
}
