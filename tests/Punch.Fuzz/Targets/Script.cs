namespace Punch.Fuzz.Targets;

/// <summary>Reads an input as a list of steps. It never runs out: what is missing is zero.</summary>
internal ref struct Script(ReadOnlySpan<byte> input)
{
    /// <summary>Of the scripts that are made: a hundred steps or some long messages. It keeps runs short.</summary>
    public const int MaxLength = 640;

    private ReadOnlySpan<byte> _rest = input;

    public readonly bool IsOver => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty) { return 0; }

        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    /// <summary>A byte, and as many bytes as it says, as far as there are any.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        int length = Math.Min(Byte(), _rest.Length);
        ReadOnlySpan<byte> bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    /// <summary>A time: short ones in fine steps, up to some minutes.</summary>
    public TimeSpan Time()
    {
        int value = Byte();
        return TimeSpan.FromMilliseconds(value < 128 ? value * 4 : 1L << ((value - 128) / 7));
    }
}
