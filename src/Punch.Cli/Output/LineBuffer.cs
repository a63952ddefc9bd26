using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Punch.Protocol;

namespace Punch.Cli.Output;

/// <summary>Composes a line of UTF-8. The memory is used again, so printing a datagram allocates nothing.</summary>
internal sealed class LineBuffer
{
    private readonly AddressText _addresses = new();
    private byte[] _bytes = new byte[512];
    private int _length;

    /// <summary>The text composed so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Appends bytes unchanged.</summary>
    public LineBuffer Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        _length += utf8.Length;
        return this;
    }

    /// <summary>Appends text of the program; never text from the network.</summary>
    public LineBuffer Append([InterpolatedStringHandlerArgument("")] ref Appender text)
    {
        _ = text;
        return this;
    }

    /// <summary>Appends text of the program; never text from the network.</summary>
    public LineBuffer Append(string text)
    {
        Span<byte> room = Reserve(text.Length * 3);
        _length += Encoding.UTF8.GetBytes(text, room);
        return this;
    }

    /// <summary>Writes the line with its end and begins the next one.</summary>
    public void Flush(IByteSink sink) => Append("\n"u8).Send(sink);

    /// <summary>Writes the composed text without a line end, and begins again.</summary>
    public void Send(IByteSink sink)
    {
        sink.Write(Written);
        _length = 0;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count) { Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count)); }

        return _bytes.AsSpan(_length);
    }

    /// <summary>The handler that the compiler uses for <c>Append($"...")</c>.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Appender
    {
        private readonly LineBuffer _line;

        /// <summary>Begins an interpolated text.</summary>
        public Appender(int literalLength, int formattedCount, LineBuffer line)
        {
            _ = (literalLength, formattedCount);
            _line = line;
        }

        /// <summary>Appends a constant part.</summary>
        public void AppendLiteral(string text) => _line.Append(text);

        /// <summary>Appends text of the program.</summary>
        public void AppendFormatted(string text) => _line.Append(text);

        /// <summary>Appends an address.</summary>
        public void AppendFormatted(TransportAddress address) => _line.Append(_line._addresses.Of(address));

        /// <summary>Appends a number.</summary>
        public void AppendFormatted<T>(T value, string? format = null)
            where T : IUtf8SpanFormattable
        {
            // The longest format in use is a double without exponent: 309 digits.
            Span<byte> room = _line.Reserve(320);
            if (value.TryFormat(room, out int written, format, CultureInfo.InvariantCulture)) { _line._length += written; }
        }
    }
}
