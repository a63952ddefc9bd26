using System.Buffers.Text;

namespace Punch.Protocol.Text;

public readonly partial record struct PeerMessage
{
    /// <summary>The trailer begins within this many bytes: the original's time text has 25.</summary>
    private const int MaxTextLength = 64;

    /// <summary>
    /// Reads a payload. It never throws and never allocates. <paramref name="message"/> is set only for
    /// <see cref="PeerMessageParse.Message"/>.
    /// </summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="message">The message.</param>
    /// <param name="textLength">The number of bytes of the text before the trailer.</param>
    public static PeerMessageParse Parse(ReadOnlySpan<byte> payload, out PeerMessage message, out int textLength)
    {
        message = default;
        textLength = payload[..Math.Min(payload.Length, MaxTextLength + " punch/"u8.Length)].IndexOf(" punch/"u8);
        if (textLength < 0) { return PeerMessageParse.Foreign; }

        var fields = new FieldReader(payload[textLength..]);
        fields.Skip(" punch/"u8);
        if (!fields.TryNumber(uint.MaxValue, out ulong version)) { return PeerMessageParse.Foreign; }

        if (version != 1) { return PeerMessageParse.OtherVersion; }

        return TryFields(ref fields, out message) ? PeerMessageParse.Message : PeerMessageParse.Foreign;
    }

    private static bool TryFields(ref FieldReader fields, out PeerMessage message)
    {
        message = default;
        if (!fields.Skip(" id="u8) || !fields.TryHex(out ulong id)) { return false; }

        if (!fields.Skip(" seq="u8) || !fields.TryNumber(uint.MaxValue, out ulong sequence)) { return false; }

        Sighting? seen = null;
        if (fields.Skip(" seen="u8))
        {
            if (!TrySighting(ref fields, out Sighting sighting)) { return false; }

            seen = sighting;
        }

        if (!fields.IsAtFieldEnd) { return false; }

        message = new PeerMessage
        {
            Id = id,
            Sequence = (uint)sequence,
            Seen = seen,
            Data = DataOf(fields),
            HasNumbers = fields.Contains(" num=1"u8),
            IsAsking = fields.Contains(" ask=1"u8),
            IsFull = fields.Contains(" full=1"u8),
            HasEnded = fields.Contains(" eof=1"u8),
            HasFailed = fields.Contains(" fail=1"u8),
            IsLeaving = fields.Contains(" bye=1"u8),
        };
        return true;
    }

    /// <summary>A malformed field counts as unknown and is ignored.</summary>
    private static DataCount? DataOf(FieldReader fields)
    {
        if (!fields.SkipTo(" data="u8) || !fields.TryNumber(MaxDataCount, out ulong sent)) { return null; }

        if (!fields.Skip("/"u8) || !fields.TryNumber(MaxDataCount, out ulong taken) || !fields.IsAtFieldEnd) { return null; }

        return new DataCount((long)sent, (long)taken);
    }

    private static bool TrySighting(ref FieldReader fields, out Sighting sighting)
    {
        sighting = default;
        if (!fields.TryHex(out ulong id) || !fields.Skip("/"u8) || !fields.TryNumber(uint.MaxValue, out ulong sequence)) { return false; }

        if (!fields.Skip(" held="u8) || !fields.TryNumber(MaxHeldMicroseconds, out ulong held) || !fields.Skip("us"u8)) { return false; }

        if (!fields.Skip(" got="u8) || !fields.TryNumber(uint.MaxValue, out ulong received)) { return false; }

        sighting = new Sighting(id, (uint)sequence, TimeSpan.FromTicks((long)held * TimeSpan.TicksPerMicrosecond), (uint)received);
        return true;
    }

    private ref struct FieldReader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsAtFieldEnd => _rest.IsEmpty || _rest[0] == (byte)' ';

        public bool Skip(scoped ReadOnlySpan<byte> literal)
        {
            if (!_rest.StartsWith(literal)) { return false; }

            _rest = _rest[literal.Length..];
            return true;
        }

        public bool SkipTo(scoped ReadOnlySpan<byte> literal)
        {
            int at = _rest.IndexOf(literal);
            return at >= 0 && Advance(at + literal.Length);
        }

        public bool TryNumber(ulong max, out ulong value)
        {
            value = 0;
            bool isNumber = !_rest.IsEmpty && char.IsAsciiDigit((char)_rest[0])
                && Utf8Parser.TryParse(_rest, out value, out int consumed) && Advance(consumed);
            return isNumber && value <= max;
        }

        public bool TryHex(out ulong value)
        {
            int digits = 0;
            while (digits < _rest.Length && char.IsAsciiHexDigit((char)_rest[digits])) { digits++; }

            value = 0;
            return digits is >= 1 and <= 16 && Utf8Parser.TryParse(_rest[..digits], out value, out int consumed, 'x') && Advance(consumed);
        }

        public readonly bool Contains(scoped ReadOnlySpan<byte> field)
        {
            int at = _rest.IndexOf(field);
            return at >= 0 && (at + field.Length == _rest.Length || _rest[at + field.Length] == (byte)' ');
        }

        private bool Advance(int count)
        {
            _rest = _rest[count..];
            return true;
        }
    }
}
