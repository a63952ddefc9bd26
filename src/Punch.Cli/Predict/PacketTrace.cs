using System.Globalization;
using Punch.Protocol;
using Punch.Protocol.Frames;
using Punch.Protocol.Text;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>The way of one packet from one side to the other, as far as it got.</summary>
internal sealed class PacketTrace(NetworkStep sent, bool isFromA)
{
    private readonly List<NetworkStep> _steps = [];

    /// <summary>Whether A sent it.</summary>
    public bool IsFromA { get; } = isFromA;

    /// <summary>When it was sent.</summary>
    public Instant SentAt { get; } = sent.At;

    /// <summary>The packet as its host sent it.</summary>
    public Packet Packet { get; } = sent.Before;

    /// <summary>A short text for its content.</summary>
    public string Words { get; } = Describe(sent.Before);

    /// <summary>The steps at the boxes on its own side, the innermost first.</summary>
    public IEnumerable<NetworkStep> Out => _steps.Where(step => step.Kind == StepKind.Outbound);

    /// <summary>The steps at the boxes on the other side, the outermost first.</summary>
    public IEnumerable<NetworkStep> In => _steps.Where(step => step.Kind == StepKind.Inbound);

    /// <summary>The step that dropped it; null if it arrived or is on its way.</summary>
    public NetworkStep? Drop => _steps.Where(step => step.Kind == StepKind.Dropped).Select(step => (NetworkStep?)step).FirstOrDefault();

    /// <summary>Whether it arrived.</summary>
    public bool IsDelivered => _steps.Exists(step => step.Kind == StepKind.Delivered);

    /// <summary>Whether it reached the network between the two sides.</summary>
    public bool IsOut => Drop is null || In.Any() || Drop.Value.Where.Name[0] != (IsFromA ? 'A' : 'B');

    /// <summary>When it arrived or was dropped; null while it is on its way.</summary>
    public Instant? EndedAt { get; private set; }

    /// <summary>The packet as it left its own side.</summary>
    public Packet Outside => _steps.LastOrDefault(step => step.Kind == StepKind.Outbound).After;

    /// <summary>Adds another step.</summary>
    public void Add(in NetworkStep step)
    {
        _steps.Add(step);
        if (step.Kind is StepKind.Delivered or StepKind.Dropped) { EndedAt = step.At; }
    }

    private static string Describe(in Packet packet)
    {
        string hops = packet.HopLimit < Simulator.DefaultHopLimit
            ? string.Create(CultureInfo.InvariantCulture, $", ttl {packet.HopLimit}")
            : "";
        if (packet.Payload.IsEmpty) { return $"punch{hops}"; }

        if (SealedSession.IsFrame(packet.Payload.Span)) { return $"{(IsProbe(packet) ? "probe" : "sealed data")}{hops}"; }

        return PeerMessage.Parse(packet.Payload.Span, out PeerMessage message, out _) == PeerMessageParse.Message
            ? string.Create(CultureInfo.InvariantCulture, $"#{message.Sequence}{Saw(message)}{hops}")
            : $"datagram{hops}";
    }

    // A probe and its reply have the same length, so that a reply never has more bytes than its probe.
    private static bool IsProbe(in Packet packet) => packet.Payload.Length == ProbeFrame.Length + SealedSession.Overhead;

    private static string Saw(in PeerMessage message) =>
        message.Seen is { } seen ? string.Create(CultureInfo.InvariantCulture, $" saw #{seen.Sequence}") : "";
}
