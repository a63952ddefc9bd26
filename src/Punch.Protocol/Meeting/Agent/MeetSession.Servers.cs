using Punch.Protocol.Rendezvous;

namespace Punch.Protocol.Meeting.Agent;

public sealed partial class MeetSession
{
    private bool _isWaitingTold;

    private void TimeoutClients(Instant now)
    {
        foreach (RendezvousClient client in _clients)
        {
            if (now < client.NextTimeout) { continue; }

            // With what was learned of the own NAT meanwhile.
            RenewHello();
            TellOf(client, client.Timeout(_outbox, now), now);
        }
    }

    private void ReceiveFromServer(in Datagram datagram, Instant now)
    {
        _mapping?.Receive(datagram, _outbox, now);
        if (!_sockets.Owns(datagram.To)) { return; }

        foreach (RendezvousClient client in _clients)
        {
            if (client.Server != datagram.From) { continue; }

            if (JoinAnswer.TryRead(datagram.Payload, out JoinAnswer answer)) { ReceiveAnswer(client, answer, now); }
            else if (Tell.TryRead(datagram.Payload, out Tell tell)) { _agent.Introduce(tell.Peer, client.Server, IntroducedBy.Tell, now); }

            return;
        }
    }

    private void ReceiveAnswer(RendezvousClient client, in JoinAnswer answer, Instant now)
    {
        TransportAddress? mapped = client.Mapped;

        // The peer before the next join: the probe that it waits for goes first.
        if (client.IsAnswer(answer)) { _agent.Introduce(answer.Peer, client.Server, IntroducedBy.Answer, now); }

        if (!client.TryReceive(answer, _outbox, now, out ServerNews news)) { return; }

        TellOf(client, news, now);
        if (client.Mapped != mapped) { _agent.NoteMapped(now); }

        _mapping?.Begin(_outbox, now);
        if (client.IsStored && answer.Peer.IsEmpty && !_isWaitingTold)
        {
            _isWaitingTold = true;
            _news.Add(MeetEventKind.Waiting, now);
        }
    }

    private void TellOf(RendezvousClient client, ServerNews news, Instant now)
    {
        if (news == ServerNews.None) { return; }

        _news.Add(new MeetEvent
        {
            Kind = news switch
            {
                ServerNews.Answered => MeetEventKind.ServerAnswered,
                ServerNews.Silent => MeetEventKind.ServerSilent,
                ServerNews.Back => MeetEventKind.ServerBack,
                _ => MeetEventKind.ServerRefused,
            },
            Elapsed = _news.Elapsed(now),
            Server = client.Server,
            Mapped = client.Mapped.GetValueOrDefault(),
            Code = client.Refusal.GetValueOrDefault(),
        });
    }

    private void AskServers(JoinWish wish, Instant now)
    {
        if (wish == JoinWish.None) { return; }

        RenewHello();
        foreach (RendezvousClient client in _clients)
        {
            TransportAddress local = _sockets.Current(client.Server.Host.IsV6);
            if (local != client.Local) { client.MoveTo(local, _outbox, now); }
            else { client.Join(_outbox, now); }
        }
    }

    private void RenewHello() => _sealer.Seal(new Hello(_agent.Round, OwnTraits(), _key.PublicKey, OwnCandidates()));

    private List<Candidate> OwnCandidates()
    {
        var candidates = new List<Candidate>();
        foreach (LocalAddress host in _hosts)
        {
            bool isV6 = host.Address.IsV6;
            if (candidates.Count == Hello.MaxCandidates) { break; }

            if (!_sockets.Has(isV6)) { continue; }

            var address = new TransportAddress(host.Address, _sockets.Current(isV6).Port);
            candidates.Add(new Candidate(CandidateKind.Host, address));
        }

        return candidates;
    }

    private HelloTraits OwnTraits() => new(_mapping?.Mapping ?? Dependence.Unknown, Dependence.Unknown, HasNoNat());

    // All servers see an address that a machine of ours has.
    private bool HasNoNat()
    {
        bool hasMapped = false;
        foreach (RendezvousClient client in _clients)
        {
            if (client.Mapped is not { } mapped) { continue; }

            if (mapped.Port != client.Local.Port || !_hosts.HasAddress(mapped.Host)) { return false; }

            hasMapped = true;
        }

        return hasMapped;
    }
}
