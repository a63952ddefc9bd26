namespace Punch.Protocol;

/// <summary>A machine that sends from further local ports than it was given, and gives them up again.</summary>
public interface ILocalPorts
{
    /// <summary>Whether a local address that was bound on demand is still wanted. Asked again, it may be bound anew.</summary>
    bool Wants(in TransportAddress local);
}
