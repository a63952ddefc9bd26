using Punch.Protocol.Copying;
using Xunit;
using static Punch.Tests.Copying.MemorySource;

namespace Punch.Tests.Copying;

/// <summary>Both sides of a copy, without files.</summary>
public sealed class CopyTests
{
    private static readonly (CopyEntry Entry, byte[] Bytes)[] Files =
    [
        File("a/empty", []),
        File("a/small", [1, 2, 3], mode: 0x180),
        Folder("a/none", time: -7),
        File("a/b/large", Bytes(200_000, 1), time: long.MinValue),
        File("a/b/exact", Bytes(65_536, 2), mode: CopyEntry.NoMode),
        Folder("a/b"),
        Folder("a"),
        File("\u00FC \u4E2D\n", Bytes(10, 3)),
    ];

    [Fact]
    public void Files_and_folders_arrive_with_times_and_modes()
    {
        CopyPair pair = new CopyPair(new MemorySource(Files), new MemoryTarget()).Run().AssertComplete(Files);

        Assert.All(pair.Sent, result => Assert.Equal(EntryState.Stored, result.State));
        Assert.Equal(new CopyCounts(265_549, 265_549, 5, 0, 0, null), pair.Sender.Counts);
        Assert.Equal(pair.Sender.Counts, pair.Receiver.Counts);
    }

    [Fact]
    public void More_entries_than_may_be_outstanding_arrive()
    {
        var files = Enumerable.Range(0, 1_000).Select(i => File($"f/{i}", Bytes(i % 50, i))).Append(Folder("f")).ToArray();

        new CopyPair(new MemorySource(files), new MemoryTarget()).Run().AssertComplete(files);
    }

    [Fact]
    public void The_wire_may_cut_anywhere()
    {
        var random = new SplitMix64(5);
        var pair = new CopyPair(new MemorySource(Files), new MemoryTarget()) { Piece = () => 1 + random.NextInt(random.NextInt(2) == 0 ? 3 : 5_000) };

        pair.Run().AssertComplete(Files);
    }

    [Fact]
    public void What_is_there_already_is_not_sent_again()
    {
        var target = new MemoryTarget();
        new CopyPair(new MemorySource(Files), target).Run();
        target.Tree["a/small"] = target.Tree["a/small"] with { Time = 0, Mode = 0 };

        CopyPair pair = new CopyPair(new MemorySource(Files), target).Run().AssertComplete(Files);

        Assert.True(pair.SenderBytes < 1_000, $"{pair.SenderBytes} bytes");
        Assert.Equal(5, pair.Sent.Count(result => result.State == EntryState.Same));
    }

    [Fact]
    public void A_copy_that_is_cut_at_any_record_goes_on_in_a_new_process()
    {
        List<long> cuts = new CopyPair(new MemorySource(Files), new MemoryTarget()).Run().Boundaries;
        Assert.True(cuts.Count > 18);

        foreach (long cut in cuts.SelectMany(cut => new[] { cut - 1, cut, cut + 1, cut + 4 })) { Interrupt(Files, [cut]); }
    }

    [Fact]
    public void A_copy_that_is_cut_again_and_again_goes_on()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            var random = new SplitMix64(seed);
            Interrupt(Files, [.. Enumerable.Range(0, random.NextInt(8)).Select(_ => (long)random.NextInt(270_000))]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(199_999)]
    public void Of_an_unfinished_file_only_the_same_beginning_is_kept(int changed)
    {
        var target = new MemoryTarget();
        target.Parts["a/b/large"] = [.. Bytes(200_000, 1)];
        target.Parts["a/b/large"][changed] ^= 1;

        new CopyPair(new MemorySource(Files), target).Run().AssertComplete(Files);

        Assert.Equal(265_549, target.Written);
    }

    [Fact]
    public void An_unfinished_file_that_is_too_long_is_begun_again()
    {
        var target = new MemoryTarget();
        target.Parts["a/b/large"] = [.. Bytes(200_000, 1), 0];
        target.Parts["a/empty"] = [1];

        new CopyPair(new MemorySource(Files), target).Run().AssertComplete(Files);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Another_file_is_overwritten_only_with_permission(int length)
    {
        var target = new MemoryTarget { Tree = { ["a/small"] = (Bytes(length, 9), 1, 2) } };

        CopyPair pair = new CopyPair(new MemorySource(Files), target).Run();

        Assert.Equal(Bytes(length, 9), target.Tree["a/small"].Bytes);
        Assert.Equal("a/small", pair.Sender.FirstFailure?.Entry.Path.Text);
        Assert.Equal((CopyCause.Exists, CopyCause.Exists), (pair.Sender.FirstFailure!.Fault.Cause, pair.Receiver.FirstFailure!.Fault.Cause));
        Assert.Equal((4, 1), (pair.Sender.Counts.Stored, pair.Sender.Counts.Failed));

        var yielding = new MemoryTarget { Replaces = true, Tree = { ["a/small"] = (Bytes(length, 9), 1, 2) } };
        new CopyPair(new MemorySource(Files), yielding).Run().AssertComplete(Files);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_told_to_both()
    {
        var target = new MemoryTarget { Replaces = true, Tree = { ["a/small"] = (null, 0, 0) } };

        AssertFailed(new CopyPair(new MemorySource(Files), target).Run(), "a/small", CopyCause.WriteFailed);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_told_to_both_and_the_others_arrive()
    {
        var target = new MemoryTarget();
        target.Parts["a/b/large"] = [1];

        AssertFailed(new CopyPair(new MemorySource(Files) { Unreadable = "a/b/large" }, target).Run(), "a/b/large", CopyCause.ReadFailed);
        AssertFailed(new CopyPair(new MemorySource(Files) { Unreadable = "a/small" }, new MemoryTarget()).Run(), "a/small", CopyCause.ReadFailed);
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_is_not_stored()
    {
        var target = new MemoryTarget();

        AssertFailed(new CopyPair(new MemorySource(Files) { Changing = "a/small" }, target).Run(), "a/small", CopyCause.Changed);

        Assert.False(target.Tree.ContainsKey("a/small"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_to_both_and_the_others_arrive()
    {
        var target = new MemoryTarget { Unwritable = ("a/b/large", false) };

        CopyPair pair = AssertFailed(new CopyPair(new MemorySource(Files), target).Run(), "a/b/large", CopyCause.WriteFailed);

        Assert.Equal("no space left on the device", pair.Sender.FirstFailure!.Fault.Text);
    }

    [Fact]
    public void A_full_disk_ends_the_copy_on_both_sides()
    {
        var target = new MemoryTarget { Unwritable = ("a/b/large", true) };

        CopyPair pair = new CopyPair(new MemorySource(Files), target).Run();

        Assert.True(pair.Sender.IsOver && pair.Receiver.IsOver);
        Assert.Equal(new CopyFault(CopyCause.WriteFailed, "no space left on the device"), pair.Sender.Fault);
        Assert.Equal(pair.Receiver.Fault, pair.Sender.Fault);
        Assert.Equal((true, false), (pair.Sender.IsFaultOfPeer, pair.Receiver.IsFaultOfPeer));
        Assert.Equal("a/b/large", pair.Sender.FirstFailure?.Entry.Path.Text);
    }

    private static CopyPair AssertFailed(CopyPair pair, string path, CopyCause cause)
    {
        Assert.True(pair.Sender.IsOver && pair.Receiver.IsOver);
        Assert.Equal((CopyFault.None, CopyFault.None), (pair.Sender.Fault, pair.Receiver.Fault));
        foreach (List<CopyResult> results in new[] { pair.Sent, pair.Received })
        {
            Assert.Equal(Files.Length, results.Count);
            CopyResult failed = Assert.Single(results, result => result.State == EntryState.Failed);
            Assert.Equal((path, cause), (failed.Entry.Path.Text, failed.Fault.Cause));
        }

        return pair;
    }

    private static void Interrupt((CopyEntry Entry, byte[] Bytes)[] files, long[] cuts)
    {
        var target = new MemoryTarget();
        foreach (long cut in cuts) { new CopyPair(new MemorySource(files), target).Run(cut); }

        new CopyPair(new MemorySource(files), target).Run().AssertComplete(files);

        // What was written once is kept, but for what no record was whole of.
        Assert.Equal(files.Sum(file => (long)file.Bytes.Length), target.Written);
    }

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        var random = new SplitMix64((ulong)seed);
        for (int i = 0; i < count; i++) { bytes[i] = (byte)(random.Next() & 0xFF); }

        return bytes;
    }
}
