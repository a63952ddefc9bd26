using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Punch.Protocol.Stun;

namespace Punch.Cli.Output;

/// <summary>The words and fields about something that came from a server and is no answer.</summary>
internal static class UnusableText
{
    /// <summary>What came instead of an answer.</summary>
    public static string Text(this UnusableReply reply) => reply.Kind switch
    {
        UnusableKind.Error => Error(reply),
        UnusableKind.NoAddress => "an answer without a usable address",
        UnusableKind.OtherSource => $"an answer from {reply.From}, which was not asked",
        UnusableKind.WrongFingerprint => "a message with a wrong fingerprint",
        UnusableKind.Malformed => "a message that is cut short or malformed",
        UnusableKind.NotStun => "something that is not STUN",
        UnusableKind.OtherRequest => "an answer to another request",
        UnusableKind.NotAnAnswer => "a message that answers nothing",
        _ => throw new UnreachableException(),
    };

    /// <summary>Its first bytes, in one line.</summary>
    public static string BytesLine(this UnusableReply reply)
    {
        string more = reply.Length > reply.Bytes.Length ? "..." : "";
        string hex = Convert.ToHexStringLower(reply.Bytes.Span);
        return string.Create(CultureInfo.InvariantCulture, $"  {reply.Length} bytes from {reply.From}: {hex}{more}");
    }

    /// <summary>Why something that came is no answer.</summary>
    public static string Name(this UnusableKind kind) => kind switch
    {
        UnusableKind.Error => "error",
        UnusableKind.NoAddress => "no-address",
        UnusableKind.OtherSource => "other-source",
        UnusableKind.WrongFingerprint => "wrong-fingerprint",
        UnusableKind.Malformed => "malformed",
        UnusableKind.NotStun => "not-stun",
        UnusableKind.OtherRequest => "other-request",
        UnusableKind.NotAnAnswer => "not-an-answer",
        _ => throw new UnreachableException(),
    };

    /// <summary>Writes what came instead of an answer; nothing for null.</summary>
    public static void WriteCame(this Utf8JsonWriter json, UnusableReply? reply)
    {
        if (reply is null) { return; }

        json.WriteStartObject("came"u8);
        json.WriteString("kind"u8, reply.Kind.Name());
        json.WriteString("from"u8, reply.From.ToString());
        if (reply.Code is { } code) { json.WriteNumber("status"u8, (int)code); }

        if (reply.Alternate is { } alternate) { json.WriteString("alternate"u8, alternate.ToString()); }

        json.WriteNumber("bytes"u8, reply.Length);
        json.WriteString("hex"u8, Convert.ToHexStringLower(reply.Bytes.Span));
        json.WriteEndObject();
    }

    private static string Error(UnusableReply reply)
    {
        if (reply.Code is not { } code) { return "an error without a code"; }

        string reason = code.Reason();
        string words = string.Create(CultureInfo.InvariantCulture, $"error {(int)code}{(reason.Length > 0 ? $" ({reason})" : "")}");
        return reply.Alternate is { } alternate ? $"{words}, it refers to {alternate}" : words;
    }
}
