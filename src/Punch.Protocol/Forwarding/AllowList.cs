namespace Punch.Protocol.Forwarding;

/// <summary>What the peer may have this side do. An empty list allows nothing.</summary>
/// <param name="connects">Where this side connects to.</param>
/// <param name="listens">Where this side listens.</param>
/// <param name="paths">The Unix sockets that this side connects to.</param>
/// <param name="isAny">Whether this side connects to any place.</param>
public sealed class AllowList(
    IReadOnlyList<AllowRule> connects, IReadOnlyList<AllowRule> listens, IReadOnlyList<string> paths, bool isAny)
{
    /// <summary>Whether a place could be allowed once its name is looked up. If not, no look-up is made for the peer.</summary>
    public bool MayAllow(in OpenRequest request)
    {
        if (request.Kind == OpenKind.Unix) { return isAny || paths.Contains(request.Text); }

        (int port, bool isUdp) = ((int)request.Number, request.Kind.HasDatagrams());
        return isAny || connects.Any(rule => rule.IsUdp == isUdp && (rule.Port is null || rule.Port == port));
    }

    /// <summary>Whether an address may be connected to for the peer.</summary>
    /// <param name="request">What the peer asked for.</param>
    /// <param name="address">An address that its name stands for.</param>
    public bool Allows(in OpenRequest request, in HostAddress address)
    {
        (string host, int port, bool isUdp) = (request.Text, (int)request.Number, request.Kind.HasDatagrams());
        HostAddress place = address;
        return isAny || connects.Any(rule => rule.Allows(host, port, isUdp) || rule.Allows(place, port, isUdp));
    }

    /// <summary>Whether an address may be listened at for the peer.</summary>
    public bool AllowsListen(in OpenRequest request, in HostAddress address)
    {
        (string host, int port, bool isUdp) = (request.Text, (int)request.Number, request.Kind.HasDatagrams());
        HostAddress place = address;
        return listens.Any(rule => rule.Allows(host, port, isUdp) || rule.Allows(place, port, isUdp));
    }
}
