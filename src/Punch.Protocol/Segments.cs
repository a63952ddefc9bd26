namespace Punch.Protocol;

/// <summary>The datagrams that lie one behind the other in a buffer, to be used in a <c>foreach</c>.</summary>
/// <param name="bytes">All datagrams.</param>
/// <param name="size">Bytes of each datagram but the last, which may be shorter; 0 if there is only one.</param>
public ref struct Segments(ReadOnlySpan<byte> bytes, int size)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private bool _hasBegun;

    /// <summary>The current datagram. An empty buffer has one, which is empty.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>The enumerator: this value itself.</summary>
    public readonly Segments GetEnumerator() => this;

    /// <summary>Goes on to the next datagram; false after the last.</summary>
    public bool MoveNext()
    {
        if (_hasBegun && _rest.IsEmpty) { return false; }

        _hasBegun = true;
        int length = size == 0 ? _rest.Length : Math.Min(size, _rest.Length);
        Current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
