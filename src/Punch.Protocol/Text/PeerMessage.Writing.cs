using System.Diagnostics;
using System.Globalization;

namespace Punch.Protocol.Text;

public readonly partial record struct PeerMessage
{
    // text(25) + " punch/1"(8) + " id="(4) + 16 + " seq="(5) + 10 + " seen="(6) + 16 + "/"(1) + 10
    // + " held="(6) + 13 + "us"(2) + " got="(5) + 10 + " data="(6) + 13 + "/"(1) + 13
    // + " num=1"(6) + " ask=1"(6) + " full=1"(7) + " eof=1"(6) + " fail=1"(7) + " bye=1"(6) = 208
    private const int LongestUnpadded = 208;

    /// <summary>Writes the message.</summary>
    /// <param name="text">The time text that comes before the trailer, <see cref="TimeText.Length"/> bytes.</param>
    /// <param name="destination">
    /// The buffer for the message. A message shorter than <paramref name="paddedLength"/> is padded to it.
    /// </param>
    /// <param name="paddedLength">The length to pad to with spaces; a longer message stays longer.</param>
    /// <returns>The length of the message, or 0 if it does not fit. Then the content of the buffer is undefined.</returns>
    public int Write(ReadOnlySpan<byte> text, Span<byte> destination, int paddedLength)
    {
        Span<byte> unpadded = stackalloc byte[LongestUnpadded];
        int length = WriteUnpadded(text, unpadded);
        int total = Math.Max(length, paddedLength);
        if (total > destination.Length) { return 0; }

        unpadded[..length].CopyTo(destination);
        destination[length..total].Fill((byte)' ');
        return total;
    }

    private int WriteUnpadded(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var fields = new FieldWriter(destination);
        fields.Literal(text);
        fields.Literal(" punch/1 id="u8);
        fields.Hex(Id);
        fields.Literal(" seq="u8);
        fields.Number(Sequence);
        if (Seen is { } seen)
        {
            fields.Literal(" seen="u8);
            fields.Hex(seen.Id);
            fields.Literal("/"u8);
            fields.Number(seen.Sequence);
            fields.Literal(" held="u8);
            fields.Number((ulong)Math.Clamp(seen.Held.Ticks / TimeSpan.TicksPerMicrosecond, 0, MaxHeldMicroseconds));
            fields.Literal("us got="u8);
            fields.Number(seen.Received);
        }

        if (Data is { } data)
        {
            fields.Literal(" data="u8);
            fields.Number((ulong)Math.Min(data.Sent, MaxDataCount));
            fields.Literal("/"u8);
            fields.Number((ulong)Math.Min(data.Taken, MaxDataCount));
        }

        if (HasNumbers) { fields.Literal(" num=1"u8); }

        if (IsAsking) { fields.Literal(" ask=1"u8); }

        if (IsFull) { fields.Literal(" full=1"u8); }

        if (HasEnded) { fields.Literal(" eof=1"u8); }

        if (HasFailed) { fields.Literal(" fail=1"u8); }

        if (IsLeaving) { fields.Literal(" bye=1"u8); }

        return fields.Length;
    }

    private ref struct FieldWriter(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void Literal(scoped ReadOnlySpan<byte> literal)
        {
            literal.CopyTo(_destination[Length..]);
            Length += literal.Length;
        }

        public void Hex(ulong value) => Format(value, "x16");

        public void Number(ulong value) => Format(value, default);

        private void Format(ulong value, ReadOnlySpan<char> format)
        {
            if (!value.TryFormat(_destination[Length..], out int written, format, CultureInfo.InvariantCulture))
            {
                throw new UnreachableException("the longest message is summed up above");
            }

            Length += written;
        }
    }
}
