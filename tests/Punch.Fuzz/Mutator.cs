using System.Buffers.Binary;

namespace Punch.Fuzz;

/// <summary>Makes an input out of one or two others. What it makes follows from the seed alone.</summary>
/// <param name="seed">Of all draws.</param>
/// <param name="words">Parts that inputs are likely to need.</param>
/// <param name="longest">The longest input, at most <see cref="MaxLength"/> bytes.</param>
internal sealed class Mutator(ulong seed, IReadOnlyList<byte[]> words, int longest)
{
    /// <summary>The longest input of any target.</summary>
    public const int MaxLength = 4096;

    private const int MostChanges = 8;

    private static readonly ushort[] Numbers = [0, 1, 4, 8, 16, 20, 32, 64, 127, 128, 255, 256, 512, 1023, 1024, 4096, 0x7FFF, 0x8000, 0xFFFC, 0xFFFF];

    private readonly byte[] _buffer = new byte[MaxLength];
    private SplitMix64 _random = new(seed);
    private int _length;

    /// <summary>Draws a number below a bound.</summary>
    public int Draw(int bound) => _random.NextInt(bound);

    /// <summary>The next input; valid until the next call.</summary>
    public ReadOnlySpan<byte> Make(byte[] source, byte[] other)
    {
        _length = Math.Min(source.Length, longest);
        source.AsSpan(0, _length).CopyTo(_buffer);
        for (int changes = 1 + Draw(MostChanges); changes > 0; changes--) { Change(other); }

        return _buffer.AsSpan(0, _length);
    }

    private void Change(byte[] other)
    {
        int at = Draw(_length + 1);
        int size = 1 + Draw(1 << Draw(7));
        switch (Draw(_length == 0 ? 1 : 10))
        {
            case 0:
                Insert(at, Random(size));
                break;
            case 1:
                _buffer[Draw(_length)] ^= (byte)(1 << Draw(8));
                break;
            case 2:
                _buffer[Draw(_length)] = (byte)Draw(256);
                break;
            case 3:
                _buffer[Draw(_length)] = (byte)(Numbers[Draw(Numbers.Length)] & 0xFF);
                break;
            case 4 when _length > 2:
                BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(Draw(_length - 1)), Numbers[Draw(Numbers.Length)]);
                break;
            case 5:
                Delete(at, size);
                break;
            case 6: // a part comes again
                int from = Draw(_length);
                Insert(at, _buffer.AsSpan(from, Math.Min(size, _length - from)).ToArray());
                break;
            case 7 when words.Count > 0:
                Put(at, words[Draw(words.Count)]);
                break;
            case 8 when other.Length > 0:
                int start = Draw(other.Length);
                Put(at, other.AsSpan(start, Math.Min(size, other.Length - start)));
                break;
            case 9 when other.Length > 0: // the end of the other one
                int cut = Draw(other.Length);
                Delete(at, _length);
                Insert(_length, other.AsSpan(cut, Math.Min(other.Length - cut, longest - _length)));
                break;
            default:
                break;
        }
    }

    private void Put(int at, ReadOnlySpan<byte> bytes)
    {
        if (Draw(2) == 0) { Insert(at, bytes); }
        else { bytes[..Math.Min(bytes.Length, _length - at)].CopyTo(_buffer.AsSpan(at)); }
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > longest) { return; }

        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(at));
        _length += bytes.Length;
    }

    private void Delete(int at, int size)
    {
        int end = Math.Min(_length, at + size);
        _buffer.AsSpan(end, _length - end).CopyTo(_buffer.AsSpan(at));
        _length -= end - at;
    }

    private byte[] Random(int size)
    {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) { bytes[i] = (byte)Draw(256); }

        return bytes;
    }
}
