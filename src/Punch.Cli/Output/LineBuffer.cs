using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Punch.Protocol;

namespace Punch.Cli.Output;

/// <summary>Composes a line of UTF-8 in memory that is used again and again: printing a datagram allocates nothing.</summary>
internal sealed class LineBuffer
{
    private readonly AddressText _addresses = new();
    private byte[] _bytes = new byte[512];
    private int _length;

    /// <summary>What was composed so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Appends bytes as they are.</summary>
    public LineBuffer Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        _length += utf8.Length;
        return this;
    }

    /// <summary>Appends our own words; never those of the network.</summary>
    public LineBuffer Append([InterpolatedStringHandlerArgument("")] ref Appender text)
    {
        _ = text;
        return this;
    }

    /// <summary>Appends our own words; never those of the network.</summary>
    public LineBuffer Append(string text)
    {
        Span<byte> room = Reserve(text.Length * 3);
        _length += Encoding.UTF8.GetBytes(text, room);
        return this;
    }

    /// <summary>Writes the line with its end and begins the next.</summary>
    public void Flush(IByteSink sink) => Append("\n"u8).Send(sink);

    /// <summary>Writes what was composed, without an end of the line, and begins anew.</summary>
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

    /// <summary>What the compiler calls for <c>Append($"...")</c>.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Appender
    {
        private readonly LineBuffer _line;

        /// <summary>Begins.</summary>
        public Appender(int literalLength, int formattedCount, LineBuffer line)
        {
            _ = (literalLength, formattedCount);
            _line = line;
        }

        /// <summary>The constant parts.</summary>
        public void AppendLiteral(string text) => _line.Append(text);

        /// <summary>Our own words.</summary>
        public void AppendFormatted(string text) => _line.Append(text);

        /// <summary>An address.</summary>
        public void AppendFormatted(TransportAddress address) => _line.Append(_line._addresses.Of(address));

        /// <summary>A number.</summary>
        public void AppendFormatted<T>(T value, string? format = null)
            where T : IUtf8SpanFormattable
        {
            // The longest of the formats in use, a double without exponent, has 309 digits.
            Span<byte> room = _line.Reserve(320);
            if (value.TryFormat(room, out int written, format, CultureInfo.InvariantCulture)) { _line._length += written; }
        }
    }
}
