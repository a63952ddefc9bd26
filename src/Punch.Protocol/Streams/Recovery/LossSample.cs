namespace Punch.Protocol.Streams.Recovery;

/// <summary>What losses that were detected together tell congestion control.</summary>
/// <param name="Now">When they were detected.</param>
/// <param name="Packets">How many packets were lost, probes of the path MTU not counted.</param>
/// <param name="IsRecovering">Whether all were sent before the last reduction: they are the same event (RFC 9002 §7.3.2).</param>
internal readonly record struct LossSample(Instant Now, int Packets, bool IsRecovering);
