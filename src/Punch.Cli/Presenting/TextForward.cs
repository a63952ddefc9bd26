using System.Diagnostics;
using System.Globalization;
using Punch.Cli.Forwards;
using Punch.Cli.Output;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Presenting;

/// <summary>Lines about forwards for people.</summary>
internal static class TextForward
{
    /// <summary>The line for an event; null for none.</summary>
    /// <param name="e">The event.</param>
    /// <param name="isVerbose">Whether connections that work have lines, too.</param>
    public static string? Of(in ForwardEvent e, bool isVerbose) => e.Kind switch
    {
        ForwardEventKind.Listening when e.IsOwn => $"Listening at {e.From}{Leads(e)}",
        ForwardEventKind.Listening when e.To.Length > 0 => $"The peer listens at {e.From}{Leads(e)}",
        ForwardEventKind.Listening => $"Listening at {e.From} for the peer",
        ForwardEventKind.ListenFailed when e.To.Length > 0 => $"The peer does not listen at {e.From}: {Reason(e)}",
        ForwardEventKind.ListenFailed => $"The peer may not have {e.From} listened at: {Reason(e)}",
        ForwardEventKind.Refused => $"No connection to {e.To}{Side(e)}: {Reason(e)}",
        ForwardEventKind.Opened => isVerbose ? $"Connection {e.Id} to {e.To}{From(e)}" : null,
        ForwardEventKind.Closed => isVerbose ? Closed(e) : null,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether something did not come about.</summary>
    public static bool IsFailure(in ForwardEvent e) => e.Kind is ForwardEventKind.ListenFailed or ForwardEventKind.Refused;

    private static string Closed(in ForwardEvent e) => string.Create(
        CultureInfo.InvariantCulture,
        $"Connection {e.Id} to {e.To} closed after {Durations.Text(e.Lasted)}: {e.Sent} bytes sent, {e.Received} received");

    // A proxy leads to where its clients want.
    private static string Leads(in ForwardEvent e) =>
        e.To.Length == 0 ? " as a SOCKS5 proxy" : $" for {e.To}{(e.IsOwn ? " at the peer" : "")}";

    private static string From(in ForwardEvent e) => e.From.Length == 0 ? " for the peer" : $" from {e.From}";

    private static string Side(in ForwardEvent e) => e.IsOwn ? " at the peer" : " for the peer";

    private static string Reason(in ForwardEvent e) => e.Status == OpenStatus.NotAllowed
        ? e.IsOwn || e.To.Length > 0 && e.Kind == ForwardEventKind.ListenFailed ? "the peer does not allow it" : "not allowed here"
        : StatusText.Of(e.Status);
}
