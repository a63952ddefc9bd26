using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Interfaces;
using Punch.Protocol.Candidates.Reflexive;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Frames;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>What this side says of itself to the peer of a meeting, as it is now.</summary>
/// <param name="locals">Its addresses.</param>
/// <param name="interfaces">Says which of them comes first.</param>
/// <param name="ports">Its ports.</param>
/// <param name="reflexive">Knows what its NAT does; null where nobody asked.</param>
/// <param name="rendezvous">Knows how servers see it; null without a server.</param>
/// <param name="keys">Its keys.</param>
/// <param name="policy">Knows the link of the server.</param>
internal sealed class OwnHello(
    IReadOnlyList<Candidate> locals,
    InterfaceSource interfaces,
    LocalPorts ports,
    ReflexiveSource? reflexive,
    RendezvousSource? rendezvous,
    OwnKeys keys,
    DestinationPolicy policy)
{
    /// <summary>The hello in a round.</summary>
    public Hello Hello(byte round) => new(round, Traits(), keys.Current.PublicKey, Candidates())
    {
        TrustsPathProof = true,
        StepsKeys = true,
        Relays = rendezvous is not null,
        CarriesStreams = true,
    };

    /// <summary>What is known of the network here.</summary>
    public HelloTraits Traits() => new(reflexive?.Mapping ?? Dependence.Unknown, Dependence.Unknown, HasNoNat());

    // The address that a TURN server lends has a port of its own, and is the last one to be tried. It always has a place.
    private List<Candidate> Candidates()
    {
        Candidate[] relayed = [.. locals.Where(local => local.Kind == CandidateKind.Relayed)];
        Candidate[] own = [.. locals.Where(local => !policy.IsRelayOnly && local.Kind != CandidateKind.Relayed)];
        return
        [
            .. own.Where(local => !local.Address.IsStream && ports.Has(local.Address.Host.IsV6))
                .Select(local => local with { Address = local.Address with { Port = ports.Current(local.Address.Host.IsV6).Port } })
                .OrderBy(local => interfaces.PlaceOf(local.Address.Host))
                .Concat(own.Where(local => local.Address.IsStream))
                .Take(Frames.Hello.MaxCandidates - relayed.Length),
            .. relayed,
        ];
    }

    // All servers see an address that an interface of this machine has.
    private bool HasNoNat()
    {
        IEnumerable<RendezvousClient> clients = rendezvous?.Clients ?? [];
        RendezvousClient[] mapped = [.. clients.Where(client => client is { Mapped: not null, Server.IsStream: false })];
        return mapped.Length > 0 && Array.TrueForAll(mapped, client =>
            client.Mapped!.Value.Port == client.Local.Port && interfaces.Hosts.HasAddress(policy.OnLink(client.Mapped.Value).Host));
    }
}
