using Punch.Cli.Output;
using Punch.Protocol;
using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;
using Punch.Protocol.Stun;

namespace Punch.Cli.Nat;

/// <summary>For people: progress while it runs, then a table, then a verdict.</summary>
internal sealed class TextNatPresenter(IByteSink output, ErrorPrinter errors, NatOptions options, LiveLine live) : INatPresenter
{
    private const int LabelWidth = 18;

    private readonly LineBuffer _line = new();

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<TransportAddress> servers)
    {
        if (options.IsQuiet) { return; }

        _line.Append("NAT seen from "u8);
        for (int i = 0; i < servers.Count; i++) { _line.Append($"{(i == 0 ? "" : ", ")}{servers[i]}"); }

        _line.Flush(output);
        live.Show(servers.Count == 1 ? "asking the server" : "asking the servers");
    }

    /// <inheritdoc/>
    public void Event(in DiscoveryEvent e)
    {
        if (options.IsQuiet) { return; }

        Wait(e.Kind);
        switch (e.Kind)
        {
            case DiscoveryEventKind.ServerAnswered:
                _line.Append($"{e.Server} answers after ")
                    .AppendRoundTrip(e.RoundTrip!.Value)
                    .Append($" and sees {e.Mapped!.Value}")
                    .Flush(output);
                break;
            case DiscoveryEventKind.ServerRefused:
                _line.Append($"{e.Server} refuses{(e.Unusable is { } refusal ? $": {refusal.Text()}" : "")}").Flush(output);
                Bytes(e.Unusable);
                break;
            case DiscoveryEventKind.ServerUnusable:
                _line.Append($"{e.Server} sends nothing usable: {e.Unusable!.Text()}").Flush(output);
                Bytes(e.Unusable);
                break;
            case DiscoveryEventKind.ServerSilent:
                _line.Append($"{e.Server} does not answer").Flush(output);
                break;
            case DiscoveryEventKind.TestsBegan:
                _line.Append($"testing mapping, filter and ports with {e.Server}").Flush(output);
                break;
            case DiscoveryEventKind.MappingAlive:
                _line.Append("a mapping left alone for "u8).AppendWait(e.Waited!.Value).Append(" is alive"u8).Flush(output);
                break;
            case DiscoveryEventKind.MappingDead:
                _line.Append("a mapping left alone for "u8).AppendWait(e.Waited!.Value).Append(" is gone"u8).Flush(output);
                break;
            case DiscoveryEventKind.Completed:
                _line.Append("done after "u8).AppendWait(e.Elapsed).Flush(output);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <inheritdoc/>
    public void End(NatEnd end)
    {
        live.Hide();
        if (end.Report is { Udp: UdpState.Open } report)
        {
            if (!options.IsQuiet)
            {
                Tables(report);
                OtherWays(end);
            }

            Verdict(report);
            foreach (NatRequirement requirement in options.Requirements)
            {
                Row($"require {requirement.Word}", Text(requirement.Judge(report)));
            }
        }
        else if (end.Report is not null && !options.IsQuiet)
        {
            OtherWays(end);
        }

        if (end.Failure is { } failure) { errors.Fail(failure); }
    }

    private void Wait(DiscoveryEventKind kind)
    {
        switch (kind)
        {
            case DiscoveryEventKind.TestsBegan:
                live.Show("testing");
                break;
            case DiscoveryEventKind.MappingAlive:
                live.Show("leaving a mapping alone for longer");
                break;
            default:
                break;
        }
    }

    private void Bytes(UnusableReply? reply)
    {
        if (reply is null || options.Verbosity == 0) { return; }

        _line.Append(reply.BytesLine()).Flush(output);
    }

    private static string Text(RequirementState state) => state switch
    {
        RequirementState.Met => "met",
        RequirementState.Unmet => "not met",
        RequirementState.Unknown => "cannot be told",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void Tables(NatReport report)
    {
        FamilyReport[] families = [.. new[] { report.V4, report.V6 }.OfType<FamilyReport>()];
        foreach (FamilyReport family in families)
        {
            Blank();
            string name = family.IsV6 ? "IPv6" : "IPv4";
            Row("UDP", family.Udp switch
            {
                UdpState.Open => $"open over {name}",
                UdpState.Unusable => $"no usable answer over {name}",
                _ => $"no answer over {name}",
            });
            if (family.IsReached) { Table(family); }

            foreach (ServerReport server in report.Servers.Where(server => server.IsLeftOut && server.Address.Host.IsV6 == family.IsV6))
            {
                Row("left out", $"{server.Address}, which alone sees {server.Mapped}: it is wrong, or there is another way to it");
            }
        }
    }

    private void Table(FamilyReport family)
    {
        bool isTranslated = family.Mapping.Value != Mapping.None;
        Row("public address", string.Join(", ", family.PublicAddresses));
        if (isTranslated && family.Local is { } local) { Row("local address", local.ToString()); }

        Row("mapping", family.Mapping.Text(NatText.Text));
        Row(isTranslated ? "filter" : "firewall", family.Filtering.Text(NatText.Text));
        if (isTranslated)
        {
            Row("public ports", Ports(family));
            if (family.EarlyPackets.IsKnown) { Row("early packets", family.EarlyPackets.Text(NatText.Text)); }

            Row("carrier's NAT", family.CarrierHints.Text());
            if (options.TestsHairpin) { Row("hairpinning", family.Hairpin.Text(NatText.Text)); }
        }

        if (options.TestsLifetime) { Row("lifetime", family.Lifetime?.Text() ?? $"unknown ({family.LifetimeReason.Text()})"); }

        if (family.AreServersSplit) { Row("beware", "servers see different addresses: one of them is wrong, or the NAT has several"); }

        if (family.IsRewritten) { Row("beware", "something rewrites addresses inside packets (an ALG): switch it off on the router"); }
    }

    private void OtherWays(NatEnd end)
    {
        if (end.Tcp is { } tcp)
        {
            Blank();
            Row("TCP", tcp.Mapped is { } mapped
                ? $"open: {AddressText.Plain(tcp.Server)} sees {AddressText.Plain(mapped)}"
                : $"no answer from {AddressText.Plain(tcp.Server)}: {tcp.Failure}");
            if (tcp.Mapped is not null)
            {
                Row("TCP mapping", tcp.IsPredictable switch
                {
                    true => "one public port for all peers",
                    false => "another public port for each destination",
                    null => "unknown (a server with a second address would tell)",
                });
            }
        }

        if (end.Proxy is { } proxy) { Row("proxy", $"{proxy}, by the environment"); }

        foreach (NatWay way in end.Ways) { Row("another way", $"{way.Text}: {way.Failure ?? "open"}"); }
    }

    private static string Ports(FamilyReport family)
    {
        string words = family.Allocation.Text(NatText.Text);
        if (family.SequentialStep is { } step) { return $"{words}, in steps of {step}"; }

        return family.Block is { } block ? $"{words}, around {block.First} to {block.Last}" : words;
    }

    private void Verdict(NatReport report)
    {
        if (!options.IsQuiet) { Blank(); }

        foreach (DirectPath direct in (DirectPath[])[DirectPath.Yes, DirectPath.Search, DirectPath.No, DirectPath.Unknown])
        {
            PeerVerdict[] verdicts = [.. report.Verdicts.Where(verdict => verdict.Direct == direct)];
            if (verdicts.Length == 0) { continue; }

            NatFindings restsOn = verdicts.Aggregate(NatFindings.None, (all, verdict) => all | verdict.RestsOn);
            _line.Append(restsOn == NatFindings.None
                ? $"A direct path {direct.Text()}, to a peer with"
                : $"It depends on the unknown {string.Join(" and ", restsOn.Names())}, for a peer with")
                    .Flush(output);
            foreach (PeerVerdict verdict in verdicts)
            {
                _line.Append($"  {verdict.Peer.Name().PadRight(LabelWidth + 3)} {verdict.Peer.Text()}").Flush(output);
            }
        }

        Row("What would help", report.Advice.Text());
    }

    private void Row(string label, string text) => new LabelledRows(_line, output, LabelWidth).Print(label, text);

    private void Blank() => _line.Flush(output);
}
