using System.Text;
using System.Text.Unicode;
using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>How the bytes of a message were read.</summary>
public enum ReadOutcome
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>It is no such message.</summary>
    Broken,

    /// <summary>It was read.</summary>
    Whole,
}

/// <summary>The first bytes of a stream: what the side that opened it wants.</summary>
/// <param name="Kind">What is wanted.</param>
/// <param name="Text">
/// The host, the path of a Unix socket, the address to listen at, or where a connection came from; printable, at most
/// <see cref="MaxText"/> bytes.
/// </param>
/// <param name="Number">The port; for what was accepted, the number of the stream that listens.</param>
public readonly record struct OpenRequest(OpenKind Kind, string Text, ulong Number)
{
    /// <summary>The longest text in bytes.</summary>
    public const int MaxText = 255;

    /// <summary>The most bytes of a request.</summary>
    public const int MaxLength = (3 * VarInt.MaxLength) + MaxText;

    /// <summary>Where it leads, in words for people.</summary>
    public string Target => Kind switch
    {
        OpenKind.Unix => Text,
        OpenKind.Connect or OpenKind.Datagrams or OpenKind.Listen or OpenKind.ListenDatagrams => $"{Bracketed(Text)}:{Number}",
        _ => Text,
    };

    /// <summary>Whether a text can be sent.</summary>
    public static bool IsSendable(string text) =>
        Encoding.UTF8.GetByteCount(text) <= MaxText && text.All(letter => !char.IsControl(letter));

    /// <summary>Writes it and returns its length.</summary>
    public int Write(Span<byte> destination)
    {
        int length = VarInt.Write((ulong)Kind, destination);
        length += VarInt.Write(Number, destination[length..]);
        length += VarInt.Write((ulong)Encoding.UTF8.GetByteCount(Text), destination[length..]);
        return length + Encoding.UTF8.GetBytes(Text, destination[length..]);
    }

    /// <summary>Reads one, any bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="request">The request.</param>
    /// <param name="length">Its length in bytes.</param>
    public static ReadOutcome Read(ReadOnlySpan<byte> bytes, out OpenRequest request, out int length)
    {
        request = default;
        length = 0;
        ReadOnlySpan<byte> rest = bytes;
        if (!VarInt.TryRead(ref rest, out ulong kind)) { return ReadOutcome.Incomplete; }

        if (kind is < (ulong)OpenKind.Connect or > (ulong)OpenKind.AcceptedDatagrams) { return ReadOutcome.Broken; }

        if (!VarInt.TryRead(ref rest, out ulong number) || !VarInt.TryRead(ref rest, out ulong count)) { return ReadOutcome.Incomplete; }

        if (count > MaxText) { return ReadOutcome.Broken; }

        if ((ulong)rest.Length < count) { return ReadOutcome.Incomplete; }

        ReadOnlySpan<byte> text = rest[..(int)count];
        if (!Utf8.IsValid(text)) { return ReadOutcome.Broken; }

        request = new OpenRequest((OpenKind)kind, Encoding.UTF8.GetString(text), number);
        length = bytes.Length - rest.Length + text.Length;
        return request.IsSound ? ReadOutcome.Whole : ReadOutcome.Broken;
    }

    private bool IsSound => Text.All(letter => !char.IsControl(letter)) && (Kind.IsAccepted() || Number <= ushort.MaxValue);

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
