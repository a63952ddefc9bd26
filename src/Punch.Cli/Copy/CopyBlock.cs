using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>Bytes on their way between the loop and the thread that copies.</summary>
internal sealed class CopyBlock
{
    /// <summary>Room for some records of data.</summary>
    public const int Size = 4 * ICopyMachine.LeastRoom;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size);
    private int _start;
    private int _end;

    /// <summary>The bytes that were not used yet.</summary>
    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Room behind the bytes.</summary>
    public Span<byte> Room => _bytes.AsSpan(_end);

    /// <summary>Adds bytes that were written to <see cref="Room"/>.</summary>
    public void Add(int count) => _end += count;

    /// <summary>Marks bytes as used.</summary>
    public void Use(int count) => _start += count;

    /// <summary>Drops all bytes.</summary>
    public void Clear() => _start = _end = 0;
}

/// <summary>A limited number of blocks that go round between two threads. The lock is given: a thread may wait for two of these.</summary>
internal sealed class BlockRing(object gate)
{
    private const int Count = 4;

    private readonly Queue<CopyBlock> _full = new(Count);
    private readonly Queue<CopyBlock> _free = new(Enumerable.Range(0, Count).Select(_ => new CopyBlock()));

    /// <summary>Takes a block with bytes; null if there is none.</summary>
    public CopyBlock? TryTake()
    {
        lock (gate) { return _full.TryDequeue(out CopyBlock? block) ? block : null; }
    }

    /// <summary>Takes a block without bytes; null if all are on their way.</summary>
    public CopyBlock? TryRent()
    {
        lock (gate) { return _free.TryDequeue(out CopyBlock? block) ? block : null; }
    }

    /// <summary>Sends a block with bytes.</summary>
    public void Put(CopyBlock block)
    {
        lock (gate) { _full.Enqueue(block); }
    }

    /// <summary>Gives a block back.</summary>
    public void Return(CopyBlock block)
    {
        block.Clear();
        lock (gate) { _free.Enqueue(block); }
    }
}
