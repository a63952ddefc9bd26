using Punch.Protocol.Copying;
using Xunit;

namespace Punch.Tests.Copying;

/// <summary>Two sides of a copy, and a wire that can be cut anywhere and can change bytes.</summary>
internal sealed class CopyPair(MemorySource source, MemoryTarget target)
{
    /// <summary>More steps than any copy here needs.</summary>
    private const int MaxSteps = 100_000;

    private readonly byte[] _buffer = new byte[ICopyMachine.LeastRoom];

    public CopySender Sender { get; } = new(source);

    public CopyReceiver Receiver { get; } = new(target);

    /// <summary>The results that each side knows.</summary>
    public List<CopyResult> Sent { get; } = [];

    public List<CopyResult> Received { get; } = [];

    /// <summary>Where records begin in what the sender said.</summary>
    public List<long> Boundaries { get; } = [];

    /// <summary>How many bytes each side said.</summary>
    public long SenderBytes { get; private set; }

    public long ReceiverBytes { get; private set; }

    /// <summary>Changes what is on the wire; null for nothing.</summary>
    public Action<bool, Span<byte>>? Meddler { get; init; }

    /// <summary>How the wire cuts what it carries; null for as it was written.</summary>
    public Func<int>? Piece { get; init; }

    /// <summary>Copies until both are over, or until the wire has carried so many bytes of the sender.</summary>
    public CopyPair Run(long cut = long.MaxValue)
    {
        for (int step = 0; step < MaxSteps; step++)
        {
            int forth = Carry(Sender, Receiver, isForth: true, cut - SenderBytes);
            SenderBytes += forth;
            int back = Carry(Receiver, Sender, isForth: false, long.MaxValue);
            ReceiverBytes += back;
            while (Sender.TryResult(out CopyResult? result)) { Sent.Add(result); }

            while (Receiver.TryResult(out CopyResult? result)) { Received.Add(result); }

            if (SenderBytes >= cut || (forth == 0 && back == 0))
            {
                Sender.Dispose();
                Receiver.Dispose();
                return this;
            }
        }

        Assert.Fail("the copy never ends");
        return this;
    }

    /// <summary>Asserts that everything is there, as it was sent.</summary>
    public CopyPair AssertComplete(IEnumerable<(CopyEntry Entry, byte[] Bytes)> files)
    {
        Assert.True(Sender.IsOver && Receiver.IsOver, $"{Sender.Fault} {Receiver.Fault}");
        Assert.Equal((CopyFault.None, CopyFault.None), (Sender.Fault, Receiver.Fault));
        Assert.Equal((null, null), (Sender.FirstFailure, Receiver.FirstFailure));
        Assert.Empty(target.Parts);
        Assert.Equal((0, 0), (source.OpenFiles, target.OpenFiles));
        foreach ((CopyEntry entry, byte[] bytes) in files)
        {
            (byte[]? found, long time, ushort mode) = target.Tree[entry.Path.Text];
            Assert.Equal((entry.ModifiedAt, entry.Mode), (time, mode));
            Assert.Equal(entry.Kind == EntryKind.Folder ? null : bytes, found);
        }

        Assert.Equal(Sent.Select(result => (result.Entry, result.State)), Received.Select(result => (result.Entry, result.State)));
        Assert.Equal(
            Sent.Select(result => Convert.ToHexString(result.Hash.Span)), Received.Select(result => Convert.ToHexString(result.Hash.Span)));
        return this;
    }

    private int Carry(ICopyMachine from, ICopyMachine to, bool isForth, long most)
    {
        int count = from.Write(_buffer);
        if (isForth) { NoteBoundaries(_buffer.AsSpan(0, count)); }

        Meddler?.Invoke(isForth, _buffer.AsSpan(0, count));
        int carried = (int)Math.Min(count, most);
        for (int i = 0; i < carried;)
        {
            int piece = Math.Min(Piece?.Invoke() ?? carried, carried - i);
            to.Receive(_buffer.AsSpan(i, piece));
            i += piece;
        }

        return count;
    }

    private long _nextBoundary;

    private void NoteBoundaries(ReadOnlySpan<byte> bytes)
    {
        while (_nextBoundary < SenderBytes + bytes.Length)
        {
            Boundaries.Add(_nextBoundary);
            int at = (int)(_nextBoundary - SenderBytes);

            // The heads of waiting records are never split here: the buffer has room for all of them.
            int length = (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
            _nextBoundary += 4 + length;
        }
    }
}
