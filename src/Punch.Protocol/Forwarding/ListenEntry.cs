using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>A port that listens here, and where its connections lead.</summary>
/// <param name="Port">The port.</param>
/// <param name="Target">What is wanted of the peer for each connection; for a port that the peer asked for, it is told what came.</param>
/// <param name="Control">The stream of the peer that asked for it; null for a port of this side.</param>
internal sealed record ListenEntry(IListenPort Port, OpenRequest? Target, IByteStream? Control)
{
    /// <summary>What came and has no stream yet.</summary>
    public NetworkEnd? Waiting { get; set; }

    /// <summary>What to ask of the peer for something that came.</summary>
    public OpenRequest RequestFor(in NetworkEnd end)
    {
        OpenKind kind = end.Datagrams is null ? OpenKind.Accepted : OpenKind.AcceptedDatagrams;
        return Target ?? new OpenRequest(kind, end.Remote, Control!.Id);
    }
}
