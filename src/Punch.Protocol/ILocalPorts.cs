namespace Punch.Protocol;

/// <summary>A machine that opens further local ports by sending from them, and later gives them up.</summary>
public interface ILocalPorts
{
    /// <summary>Whether a local address that was bound on demand is still needed. It may be bound again later.</summary>
    bool Wants(in TransportAddress local);
}
