using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol;
using Punch.Protocol.Candidates;
using Punch.Protocol.Events;
using Punch.Protocol.Relay;

namespace Punch.Cli.Presenting;

/// <summary>Prints the lines about a meeting: how the two sides find each other.</summary>
internal sealed class TextMeeting(LineBuffer line, IByteSink output, int verbosity)
{
    private readonly HashSet<TransportAddress> _tried = [];
    private MeetingStart? _meeting;
    private PathKinds? _kinds;
    private string _turn = "";

    /// <summary>Prints the command for the peer, if the code was made here.</summary>
    public void Begin(MeetingStart meeting)
    {
        _meeting = meeting;
        _kinds = new PathKinds(meeting.Hosts);
        _turn = meeting.Turn ?? "";
        if (meeting.Command is not { } command) { return; }

        line.Append("On the other side: "u8);
        PrintableText.Append(line, command);
        line.Flush(output);
    }

    /// <summary>Prints an event.</summary>
    public void Event(in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.ServerAnswered:
                Answered(e);
                break;
            case SessionEventKind.Waiting:
                line.Append("Waiting for the other side"u8).Flush(output);
                break;
            case SessionEventKind.PeerFound:
                Found(e);
                break;
            case SessionEventKind.Trying:
                Trying(e);
                break;
            case SessionEventKind.FreshPort:
                line.Append($"No path yet: trying from a fresh port, {e.Local.Port}").Flush(output);
                break;
            case SessionEventKind.ServerSilent:
                line.Append($"The server {e.Remote} does not answer any more; asking on").Flush(output);
                break;
            case SessionEventKind.ServerBack:
                line.Append($"The server {e.Remote} answers again").Flush(output);
                break;
            case SessionEventKind.ServerRefused:
                line.Append($"The server {e.Remote} refuses: {MeetingFailure.Refusal(e.Code)}").Flush(output);
                break;
            case SessionEventKind.ServerNarrow:
                if (verbosity > 0)
                {
                    line.Append($"Large datagrams to the server {e.Remote} are lost: it gets small ones").Flush(output);
                }

                break;
            case SessionEventKind.ServerUnusable:
                line.Append($"The server {e.Remote} sends nothing usable: {e.Unusable!.Text()}").Flush(output);
                if (verbosity > 0) { line.Append(e.Unusable!.BytesLine()).Flush(output); }

                break;
            case SessionEventKind.PeerRejected:
                line.Append($"Somebody came and was turned away: {MeetingFailure.Rejection(e.Rejection)}").Flush(output);
                break;
            case SessionEventKind.TurnReady:
                if (verbosity > 0) { line.Append($"The TURN server {_turn} would relay, at {e.Mapped}").Flush(output); }

                break;
            case SessionEventKind.TurnFailed:
                line.Append($"The TURN server {_turn} {TurnRefusals.Text(e.Code, e.Reason)}").Flush(output);
                break;
            case SessionEventKind.TurnForbidden:
                line.Append($"The TURN server {_turn} does not relay to {e.Mapped.Host.ToIPAddress()}").Flush(output);
                break;
            case SessionEventKind.RelayNotice:
                line.Append($"The relay {e.Remote} {Text(e.Relay)}").Flush(output);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // How it was reached is worth a word only where that is not the usual way.
    private void Answered(in SessionEvent e)
    {
        bool isUsual = !e.Remote.IsStream && (_meeting!.FirstWays.Count == 0 || _meeting.FirstWays.Contains(e.Remote));
        if (!isUsual) { line.Append($"Server reached over {_meeting!.Describe(e.Remote)}").Flush(output); }

        line.Append($"The server sees this side at {AddressText.Plain(e.Mapped)}").Flush(output);
    }

    private static string Text(RelayEvent e) => e switch
    {
        RelayEvent.RateReached => "drops datagrams: they come faster than it relays",
        RelayEvent.VolumeReached => "ends this session: it has relayed as much as it does for one",
        RelayEvent.Draining => "stops soon",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void Found(in SessionEvent e)
    {
        string addresses = e.Candidates == 1 ? "address" : "addresses";
        if (e.Round > 0)
        {
            if (verbosity > 0) { line.Append($"The other side has a fresh port, too: {e.Candidates} {addresses} to try").Flush(output); }

            return;
        }

        line.Append("The other side is there, after "u8).AppendWait(e.Elapsed).Append($": {e.Candidates} {addresses} to try").Flush(output);
    }

    // It is tried again from each local port, which only -v shows. The session limits the number of events.
    private void Trying(in SessionEvent e)
    {
        if (!_tried.Add(e.Remote) && verbosity == 0) { return; }

        string way = e.Remote.Transport == Transport.Turned ? $"over {_turn}"
            : e.CandidateKind == CandidateKind.Relayed ? "as a relay"
            : _kinds!.Text(e.Remote);
        line.Append($"Trying {e.Remote} {way}");
        if (verbosity > 0)
        {
            line.Append($", from port {e.Local.Port}");
            if (e.HopLimit > 0) { line.Append($", ttl={e.HopLimit}"); }
        }

        line.Flush(output);
    }
}
