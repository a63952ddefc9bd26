using System.Diagnostics;
using System.Text.Json;
using Punch.Cli.Forwards;
using Punch.Cli.Output;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Presenting;

/// <summary>The fields of forwards, as described in docs/json.md.</summary>
internal static class JsonForward
{
    /// <summary>Writes them.</summary>
    public static void Write(Utf8JsonWriter json, in ForwardEvent e)
    {
        json.WriteString("state"u8, Of(e.Kind));
        json.WriteString("side"u8, e.IsOwn ? "here"u8 : "peer"u8);
        if (e.Kind is ForwardEventKind.Listening or ForwardEventKind.ListenFailed) { json.WriteString("local"u8, e.From); }
        else
        {
            json.WriteNumber("id"u8, e.Id);
            json.WriteString("from"u8, e.From);
        }

        json.WriteString("to"u8, e.To);
        bool isFailure = e.Kind is ForwardEventKind.Refused or ForwardEventKind.ListenFailed;
        if (isFailure) { json.WriteString("reason"u8, StatusText.Code(e.Status)); }

        if (e.Kind != ForwardEventKind.Closed) { return; }

        json.WriteNumber("sent_bytes"u8, e.Sent);
        json.WriteNumber("received_bytes"u8, e.Received);
        json.WriteTime("ms"u8, e.Lasted);
    }

    private static ReadOnlySpan<byte> Of(ForwardEventKind kind) => kind switch
    {
        ForwardEventKind.Listening => "listening"u8,
        ForwardEventKind.ListenFailed => "failed"u8,
        ForwardEventKind.Opened => "opened"u8,
        ForwardEventKind.Refused => "refused"u8,
        ForwardEventKind.Closed => "closed"u8,
        _ => throw new UnreachableException(),
    };
}
