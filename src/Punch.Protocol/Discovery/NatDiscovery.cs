using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>
/// Finds out the behaviour of the NATs and firewalls between this machine and STUN servers: RFC 5780, without a socket or a clock.
/// <para>
/// The driver binds all sockets first (<see cref="NatDiscoveryOptions.Sockets"/>) and runs the machine until
/// <see cref="DiscoveryEventKind.Completed"/>. Then <see cref="Report"/> is set. Both address families run at once, and so do all tests
/// within a family that do not disturb each other. It works with servers of RFC 5780, with servers of one address and two ports, and with
/// any STUN server. What they cannot show stays a list of candidates.
/// </para>
/// <para>
/// It sends only to places that the user named, with two exceptions: the other address that a named server gives, which must be in the same
/// scope; and, on request, the public address of this network. The options limit the number of datagrams.
/// </para>
/// </summary>
public sealed class NatDiscovery : IProtocol<DiscoveryEvent>
{
    private readonly Queue<DiscoveryEvent> _events = [];
    private readonly OutgoingGate _gate;
    private readonly FamilyDiscovery? _v4;
    private readonly FamilyDiscovery? _v6;
    private readonly FamilyDiscovery[] _families;
    private readonly TransportAddress[] _order;
    private readonly Instant _start;
    private Instant _now;

    /// <summary>Begins. The first requests are ready at once.</summary>
    /// <exception cref="ArgumentException">There is no server, or there are too few sockets for the family of a server.</exception>
    public NatDiscovery(NatDiscoveryOptions options, Instant now)
    {
        if (options.Servers.Count == 0) { throw new ArgumentException("a server is needed", nameof(options)); }

        _start = now;
        _now = now;
        _gate = new OutgoingGate(new DestinationPolicy { Hosts = options.Hosts });
        _order = [.. options.Servers.SelectMany(server => (server.Fallbacks ?? []).Prepend(server)).Select(server => server.Address)];
        foreach (TransportAddress server in _order) { _gate.Trust(server); }

        var ids = new TransactionIdSource(options.IdKey.High, options.IdKey.Low);
        FamilyDiscovery? Begin(bool isV6) =>
            _order.Any(server => server.Host.IsV6 == isV6) ? new FamilyDiscovery(isV6, options, ids, _gate, _events, now) : null;

        _v4 = Begin(isV6: false);
        _v6 = Begin(isV6: true);
        _families = [.. new[] { _v4, _v6 }.OfType<FamilyDiscovery>()];
    }

    /// <summary>The findings; null until <see cref="DiscoveryEventKind.Completed"/>.</summary>
    public NatReport? Report { get; private set; }

    /// <inheritdoc/>
    public bool IsEnded => Report is not null;

    /// <summary>The number of datagrams that answered no request: foreign, late, forged or malformed.</summary>
    public long ForeignCount { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Payload => default;

    /// <inheritdoc/>
    public Instant? NextTimeout => Instant.Earlier(_v4?.NextTimeout, _v6?.NextTimeout);

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        _now = now;
        foreach (FamilyDiscovery family in _families) { family.Inspect(datagram); }

        if (StunMessage.Parse(datagram.Payload, out StunMessage message) != StunParseError.None
            || message.Method != StunMethod.Binding
            || (message.HasFingerprint && !message.HasValidFingerprint())
            || !TryReceive(datagram, message, now))
        {
            ForeignCount++;
            return;
        }

        CompleteWhenDone(now);
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        _now = now;
        foreach (FamilyDiscovery family in _families) { family.Timeout(now); }

        CompleteWhenDone(now);
    }

    /// <summary>Ends now, as on Ctrl-C or a deadline. The report has the findings so far.</summary>
    public void Stop(Instant now)
    {
        foreach (FamilyDiscovery family in _families) { family.Stop(); }

        CompleteWhenDone(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        foreach (FamilyDiscovery family in _families)
        {
            while (family.TryTransmit(buffer, out transmit))
            {
                if (_gate.TryPass(transmit.To, transmit.Length, _now)) { return true; }
            }
        }

        transmit = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryEvent(out DiscoveryEvent e) => _events.TryDequeue(out e);

    private bool TryReceive(in Datagram datagram, in StunMessage message, Instant now)
    {
        foreach (FamilyDiscovery family in _families)
        {
            if (family.TryReceive(datagram, message, now)) { return true; }
        }

        return false;
    }

    private void CompleteWhenDone(Instant now)
    {
        if (IsEnded || !Array.TrueForAll(_families, family => family.IsDone)) { return; }

        Report = new NatReport
        {
            V4 = _v4?.Report(),
            V6 = _v6?.Report(),
            Servers = [.. _families.SelectMany(family => family.ServerReports()).OrderBy(server => Array.IndexOf(_order, server.Address))],
            Elapsed = now - _start,
        };
        _events.Enqueue(new DiscoveryEvent { Kind = DiscoveryEventKind.Completed, Elapsed = now - _start });
    }
}
