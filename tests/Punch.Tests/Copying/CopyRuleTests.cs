using System.Buffers.Binary;
using System.Text;
using Punch.Protocol.Copying;
using Xunit;

namespace Punch.Tests.Copying;

/// <summary>What a hostile peer says, written by hand.</summary>
public sealed class CopyRuleTests : IDisposable
{
    private readonly MemoryTarget _target = new();
    private readonly MemorySource _source = new([MemorySource.File("f", [1, 2, 3])]);
    private readonly CopyReceiver _receiver;
    private readonly CopySender _sender;
    private readonly byte[] _buffer = new byte[ICopyMachine.LeastRoom];

    public CopyRuleTests()
    {
        _receiver = new CopyReceiver(_target);
        _sender = new CopySender(_source);
        _receiver.Receive(Record(1, [1, 0, 0, 0, 0, 0, 0, 0, 9]));
        Drain(_sender);
        _sender.Receive(Record(1, [1, 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _sender.Dispose();
    }

    public static TheoryData<string> Outside =>
    [
        .. new[]
        {
            "", "..", ".", "../x", "a/..", "a/../../x", "/etc/passwd", "a//b", "a/", "/", "a/./b", "a\0b", new string('n', 256),
            string.Join('/', Enumerable.Repeat("n", 65)), string.Join('/', Enumerable.Repeat(new string('n', 250), 17)),
        }.Select(path => Convert.ToHexString(Encoding.UTF8.GetBytes(path))),
        "FF", "61C0AF62", "EDA080", "C3",
    ];

    [Theory]
    [MemberData(nameof(Outside))]
    public void A_path_that_leads_out_or_is_none_ends_the_copy(string path)
    {
        _receiver.Receive(Offer(Convert.FromHexString(path)));
        AssertEnded(_receiver, CopyCause.Outside);

        Assert.Empty(_target.Tree);
        Assert.Empty(_target.Parts);
    }

    [Fact]
    public void One_more_offer_than_the_limit_ends_the_copy()
    {
        for (int i = 0; i < CopyLimits.Outstanding; i++) { _receiver.Receive(Offer(Encoding.ASCII.GetBytes($"f{i}"))); }

        Assert.True(_receiver.Fault.IsNone);
        _receiver.Receive(Offer("x"u8));
        AssertEnded(_receiver, CopyCause.Violation);
    }

    [Fact]
    public void Folders_that_wait_count_for_the_limit()
    {
        _receiver.Receive(Offer("f"u8));
        for (int i = 1; i < CopyLimits.Outstanding; i++) { _receiver.Receive(Offer(Encoding.ASCII.GetBytes($"d{i}"), kind: 2, size: 0)); }

        Assert.True(_receiver.Fault.IsNone);
        _receiver.Receive(Offer("d"u8, kind: 2, size: 0));
        AssertEnded(_receiver, CopyCause.Violation);
    }

    public static TheoryData<string, byte[]> WordsToTheReceiver => new()
    {
        { "data that nobody wants", Record(6, [1]) },
        { "an end that nobody waits for", Record(7, new byte[32]) },
        { "a match of nothing", Record(4, [0, 0, 0, 9, 1]) },
        { "a match that is neither", Record(4, [0, 0, 0, 0, 2]) },
        { "a second beginning", Record(1, [1, 0, 0, 0, 0, 0, 0, 0, 0]) },
        { "a cut of nothing", Record(8, [0, 0, 0, 9, 3, 2]) },
        { "a cut for no reason", Record(8, [0, 0, 0, 0, 3, 0]) },
        { "a word of a receiver", Record(5, new byte[12]) },
        { "a record that is too long", [6, 1, 0, 1] },
        { "a negative size", Offer("f"u8, size: -1) },
        { "a folder with bytes", Offer("f"u8, kind: 2, size: 1) },
        { "a strange kind", Offer("f"u8, kind: 3) },
        { "half an offer", Record(2, new byte[18]) },
    };

    [Theory]
    [MemberData(nameof(WordsToTheReceiver))]
    public void Nonsense_to_a_receiver_ends_the_copy(string what, byte[] record)
    {
        _receiver.Receive(record);

        Assert.True(_receiver.Fault.Cause == CopyCause.Violation, what);
        AssertEnded(_receiver, CopyCause.Violation);
    }

    [Fact]
    public void An_end_with_entries_open_and_data_beyond_the_size_end_the_copy()
    {
        using var other = new CopyReceiver(_target);
        other.Receive([.. Record(1, [1, 0, 0, 0, 0, 0, 0, 0, 9]), .. Offer("g"u8)]);
        other.Receive(Record(10, []));
        AssertEnded(other, CopyCause.Violation);

        _receiver.Receive(Offer("f"u8));
        _receiver.Receive(Record(6, [1, 2, 3]));
        Assert.True(_receiver.Fault.IsNone);
        _receiver.Receive(Record(6, [4]));
        AssertEnded(_receiver, CopyCause.Violation);
    }

    [Fact]
    public void Bytes_with_another_hash_are_deleted_and_told()
    {
        _receiver.Receive(Offer("f"u8));
        _receiver.Receive(Record(6, [1, 2, 3]));
        _receiver.Receive(Record(7, new byte[32]));

        Assert.Equal(CopyCause.HashMismatch, _receiver.FirstFailure?.Fault.Cause);
        Assert.Empty(_target.Tree);
        Assert.Empty(_target.Parts);
        Assert.Contains("09000006" + "00000000" + "03" + "03", Convert.ToHexString(Drain(_receiver)), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> WordsToTheSender => new()
    {
        { "a file that was not sent is stored", Record(9, [0, 0, 0, 0, 1, 0]) },
        { "a file that was not compared is the same", Record(9, [0, 0, 0, 0, 2, 0]) },
        { "a failure without a cause", Record(9, [0, 0, 0, 0, 3, 0]) },
        { "a success with a cause", Record(9, [0, 0, 0, 0, 1, 1]) },
        { "a result of nothing", Record(9, [0, 0, 0, 9, 3, 1]) },
        { "a wish for nothing", Record(5, [0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0]) },
        { "a wish for what was not compared", Record(5, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) },
        { "more than the file has", Record(3, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, .. new byte[32]]) },
        { "a word of a sender", Record(6, [1]) },
        { "an end before the end", Record(10, []) },
        { "half a record", Record(3, new byte[12]) },
    };

    [Theory]
    [MemberData(nameof(WordsToTheSender))]
    public void Nonsense_to_a_sender_ends_the_copy(string what, byte[] record)
    {
        _sender.Receive(record);

        Assert.True(_sender.Fault.Cause == CopyCause.Violation, what);
        AssertEnded(_sender, CopyCause.Violation);
    }

    [Fact]
    public void A_receiver_may_not_have_a_file_compared_for_ever()
    {
        byte[] have = Record(3, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, .. new byte[32]]);
        for (int i = 0; i < CopyLimits.Comparisons; i++) { _sender.Receive(have); }

        Assert.True(_sender.Fault.IsNone);
        _sender.Receive(have);
        AssertEnded(_sender, CopyCause.Violation);
    }

    [Fact]
    public void A_file_is_wanted_once()
    {
        byte[] want = Record(5, new byte[12]);
        _sender.Receive(want);

        Assert.True(_sender.Fault.IsNone);
        _sender.Receive(want);
        AssertEnded(_sender, CopyCause.Violation);
    }

    [Fact]
    public void Another_version_is_told()
    {
        using var other = new CopyReceiver(_target);
        other.Receive(Record(1, [2]));

        AssertEnded(other, CopyCause.OtherVersion);
    }

    [Fact]
    public void Records_of_a_later_version_are_passed_over()
    {
        _receiver.Receive(Record(99, [1, 2, 3]));
        _sender.Receive(Record(99, [1, 2, 3]));

        Assert.True(_receiver.Fault.IsNone && _sender.Fault.IsNone);
    }

    [Fact]
    public void What_the_peer_says_of_the_end_is_kept()
    {
        _sender.Receive(Record(11, [1, .. "full"u8]));

        Assert.Equal(new CopyFault(CopyCause.WriteFailed, "full"), _sender.Fault);
        Assert.True(_sender is { IsOver: true, IsFaultOfPeer: true });
    }

    private static byte[] Record(byte kind, ReadOnlySpan<byte> body) =>
        [kind, (byte)(body.Length >> 16), (byte)((body.Length >> 8) & 0xFF), (byte)(body.Length & 0xFF), .. body];

    private static byte[] Offer(ReadOnlySpan<byte> path, byte kind = 1, long size = 3)
    {
        byte[] body = new byte[19 + path.Length];
        body[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(11), size);
        path.CopyTo(body.AsSpan(19));
        return Record(2, body);
    }

    private void AssertEnded(ICopyMachine machine, CopyCause cause)
    {
        Assert.Equal((cause, false), (machine.Fault.Cause, machine.IsFaultOfPeer));
        byte[] last = Drain(machine)[^5..];
        Assert.Equal([11, 0, 0, 1, (byte)cause], last);
        Assert.True(machine.IsOver);
    }

    private byte[] Drain(ICopyMachine machine)
    {
        var all = new List<byte>();
        while (machine.Write(_buffer) is > 0 and int count) { all.AddRange(_buffer[..count]); }

        return [.. all];
    }
}
