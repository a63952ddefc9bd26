namespace Punch.Serving.Tables;

/// <summary>A value that can stand in a chain of others in a <see cref="Slab{T}"/>.</summary>
internal interface ILinked
{
    /// <summary>The next one's index, or <see cref="Slab.None"/>.</summary>
    int Next { get; set; }
}

/// <summary>Constants of every slab.</summary>
internal static class Slab
{
    /// <summary>No index: 0, so that what was never written links to nothing.</summary>
    public const int None = 0;
}

/// <summary>
/// Values without references, side by side in pages that are made as they are needed and never given back: nothing for the garbage
/// collector to walk through, and no pause while a large array grows.
/// </summary>
/// <param name="pageBits">A page has two to the power of this many values.</param>
internal sealed class Slab<T>(int pageBits) where T : struct, ILinked
{
    private readonly List<T[]> _pages = [];
    private int _used = Slab.None + 1;
    private int _free = Slab.None;

    /// <summary>The index after the highest that was ever taken.</summary>
    public int End => _used;

    /// <summary>A value, where it lies.</summary>
    public ref T this[int index] => ref _pages[index >> pageBits][index & ((1 << pageBits) - 1)];

    /// <summary>The index of a value that is nobody's, set to its default.</summary>
    public int Take()
    {
        int index = _free;
        if (index == Slab.None)
        {
            index = _used++;
            if (index >> pageBits == _pages.Count) { _pages.Add(GC.AllocateUninitializedArray<T>(1 << pageBits)); }
        }
        else
        {
            _free = this[index].Next;
        }

        this[index] = default;
        return index;
    }

    /// <summary>Gives a value back.</summary>
    public void Return(int index)
    {
        this[index].Next = _free;
        _free = index;
    }
}
