namespace Punch.Serving.Tables;

/// <summary>A value that can stand in a chain inside a <see cref="PagedPool{T}"/>.</summary>
internal interface ILinked
{
    /// <summary>The index of the next value, or <see cref="PagedPool.None"/>.</summary>
    int Next { get; set; }
}

/// <summary>The constant of all pools.</summary>
internal static class PagedPool
{
    /// <summary>The index for "no value". It is 0, so that fresh memory links to nothing.</summary>
    public const int None = 0;
}

/// <summary>
/// Values without references, side by side in pages. Pages are made as needed and never given back. So the garbage collector has nothing to
/// scan, and no large array has to grow with a pause.
/// </summary>
/// <param name="pageBits">A page has two to the power of this many values.</param>
internal sealed class PagedPool<T>(int pageBits) where T : struct, ILinked
{
    private readonly List<T[]> _pages = [];
    private int _used = PagedPool.None + 1;
    private int _free = PagedPool.None;

    /// <summary>The index after the highest that was ever taken.</summary>
    public int End => _used;

    /// <summary>A reference to a value in its page.</summary>
    public ref T this[int index] => ref _pages[index >> pageBits][index & ((1 << pageBits) - 1)];

    /// <summary>Takes a free index. Its value is set to the default.</summary>
    public int Take()
    {
        int index = _free;
        if (index == PagedPool.None)
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

    /// <summary>Gives an index back.</summary>
    public void Return(int index)
    {
        this[index].Next = _free;
        _free = index;
    }
}
