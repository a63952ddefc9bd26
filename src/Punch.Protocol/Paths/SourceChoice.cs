namespace Punch.Protocol.Paths;

/// <summary>
/// Which address of this machine a target is reached from. A machine may have several, and the peer, or a firewall before it, takes only
/// what comes from the one that it uses itself: the reply leaves from the address that was asked, as a server's does.
/// </summary>
internal struct SourceChoice
{
    private HostAddress _asked;
    private uint _turn;

    /// <summary>The address that the newest proof came to; a wildcard, the choice of the system, before the first.</summary>
    public HostAddress Proven { get; private set; }

    /// <summary>A proof came to this address; a wildcard where the system does not tell.</summary>
    public void NoteProven(HostAddress source)
    {
        if (!source.IsAny) { Proven = source; }
    }

    /// <summary>Somebody used this address. Nothing shows that it was the peer, so it is one to try and no more.</summary>
    public void NoteAsked(HostAddress source)
    {
        if (!source.IsAny) { _asked = source; }
    }

    /// <summary>The system sends from this address no more.</summary>
    public void Forget(HostAddress source)
    {
        if (Proven == source) { Proven = default; }

        if (_asked == source) { _asked = default; }
    }

    /// <summary>The address to try next: the proven one, the choice of the system, and the one that was used last take turns.</summary>
    public HostAddress Next()
    {
        bool hasAsked = !_asked.IsAny && _asked != Proven;
        uint first = Proven.IsAny ? 1u : 0;
        uint turn = first + (unchecked(_turn++) % ((hasAsked ? 3u : 2) - first));
        return turn switch
        {
            0 => Proven,
            1 => default,
            _ => _asked,
        };
    }
}
