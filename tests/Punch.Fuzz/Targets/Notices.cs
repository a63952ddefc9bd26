namespace Punch.Fuzz.Targets;

/// <summary>Notices of the network, as a script asks for them.</summary>
internal static class Notices
{
    public static NetworkNotice Read(ref Script script)
    {
        TransportAddress remote = Peers.Sources[script.Byte() % Peers.Sources.Length];
        return (script.Byte() % 5) switch
        {
            0 => NetworkNotice.Refused(remote, remote.Host),
            1 => NetworkNotice.HopLimitExceeded(remote, remote.Host),
            2 => NetworkNotice.SendFailed(Peers.Local, remote),
            3 => NetworkNotice.HostsChanged([]),
            _ => NetworkNotice.HostsChanged([new LocalAddress(Peers.Host, 24), new LocalAddress(Peers.Mapped.Host, 24)]),
        };
    }
}
