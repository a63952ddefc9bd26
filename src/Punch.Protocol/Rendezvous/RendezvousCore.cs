namespace Punch.Protocol.Rendezvous;

/// <summary>The rendezvous of a server.</summary>
public sealed partial class RendezvousCore(RendezvousOptions options)
{
    /// <summary>How long a party is kept without another join.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Decides about one datagram.</summary>
    public void Answer(
        ReadOnlySpan<byte> request, in TransportAddress client, int arrival, Instant now, Span<byte> reply, Span<byte> tell, out RendezvousResult result)
    {
        _ = options;
        result = default;
    }
}
