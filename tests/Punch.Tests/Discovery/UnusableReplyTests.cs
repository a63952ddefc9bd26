using System.Text.Json;
using Punch.Cli.Nat;
using Punch.Cli.Output;
using Punch.Cli.Parsing;
using Punch.Simulation;
using Punch.Tests.Cli;
using Xunit;
using NatOptions = Punch.Cli.Nat.NatOptions;

namespace Punch.Tests.Discovery;

/// <summary>A datagram that is not a usable reply counts neither as a reply nor as silence.</summary>
public sealed class UnusableReplyTests
{
    private static readonly TransportAddress Seen = TransportAddress.Parse("198.51.100.1:5");

    [Theory]
    [InlineData(300)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(420)]
    [InlineData(438)]
    [InlineData(500)]
    public void An_error_is_a_refusal_with_its_code(int code)
    {
        TransportAddress? alternate = code == 300 ? DiscoveryRig.B1P1 : null;

        ServerReport server = Ask(request => [OddServer.Error(request, (StunErrorCode)code, alternate)]);

        Assert.Equal(ServerState.Refused, server.State);
        Assert.Equal(UnusableKind.Error, server.Unusable!.Kind);
        Assert.Equal(code, (int)server.Unusable.Code!.Value);
        Assert.Equal(alternate, server.Unusable.Alternate);
    }

    [Fact]
    public void Each_kind_of_unusable_reply_is_distinguished()
    {
        Assert.Equal(UnusableKind.NoAddress, Kind(request => OddServer.Success(request, Seen with { Port = 0 })));
        Assert.Equal(UnusableKind.OtherSource, Kind(request => OddServer.Success(request, Seen) with { From = DiscoveryRig.A1P2 }));
        Assert.Equal(UnusableKind.OtherSource, Kind(request => OddServer.Error(request, StunErrorCode.BadRequest) with { From = DiscoveryRig.A2P1 }));
        Assert.Equal(UnusableKind.WrongFingerprint, Kind(WrongFingerprint));
        Assert.Equal(UnusableKind.Malformed, Kind(request => Edit(OddServer.Success(request, Seen), bytes => bytes[..^4])));
        Assert.Equal(UnusableKind.Malformed, Kind(request => new OddServer.Reply(request.To, [1, 1])));
        Assert.Equal(UnusableKind.NotStun, Kind(request => new OddServer.Reply(request.To, "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray())));
        Assert.Equal(UnusableKind.OtherRequest, Kind(request => OddServer.Success(request with { Id = default }, Seen)));
    }

    [Fact]
    public void Datagrams_from_elsewhere_without_a_known_request_do_not_count()
    {
        ServerReport server = Ask(request => [new OddServer.Reply(DiscoveryRig.A2P1, "hello"u8.ToArray())]);

        Assert.Equal(ServerState.Silent, server.State);
        Assert.Null(server.Unusable);
    }

    [Fact]
    public void An_answer_after_rubbish_counts_and_the_rubbish_does_not()
    {
        ServerReport server = Ask(request => [WrongFingerprint(request), OddServer.Success(request, Seen)]);

        Assert.Equal(ServerState.Answered, server.State);
        Assert.Null(server.Unusable);
    }

    [Fact]
    public void The_three_UDP_states_have_three_texts_and_no_verdict_depends_on_rubbish()
    {
        NatReport report = Run(request => [WrongFingerprint(request)]);

        Assert.Equal(UdpState.Unusable, report.Udp);
        Assert.Equal(NatAdvice.AskBetterServer, report.Advice);
        Assert.DoesNotContain(report.Verdicts, verdict => verdict.Direct == DirectPath.No);
        Assert.Equal(RequirementState.Unknown, NatRequirement.Parse("eim").Judge(report));
        Assert.Equal(["open", "unusable", "blocked"], Enum.GetValues<UdpState>().Select(NatNames.Name));
    }

    [Fact]
    public void The_text_has_the_unusable_reply_and_with_v_its_bytes()
    {
        var output = new MemorySink();
        var options = new NatOptions { Servers = [RemoteTarget.Parse("stun.example")], Verbosity = 1 };
        var presenter = new TextNatPresenter(output, new ErrorPrinter(new MemorySink()), options, LiveLine.None);

        presenter.Event(Event(request => new OddServer.Reply(request.To, [.. Enumerable.Repeat((byte)0xC1, 100)])));
        presenter.Event(Event(request => OddServer.Error(request, StunErrorCode.TryAlternate, DiscoveryRig.B1P1)));

        string[] lines = output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("203.0.113.1:3478 sends nothing usable: something that is not STUN", lines[0]);
        Assert.Equal($"  100 bytes from 203.0.113.1:3478: {string.Concat(Enumerable.Repeat("c1", 64))}...", lines[1]);
        Assert.Equal("203.0.113.1:3478 refuses: error 300 (Try Alternate), it refers to 192.0.2.7:3478", lines[2]);
        Assert.StartsWith("  40 bytes from 203.0.113.1:3478: 0111", lines[3]);
    }

    [Fact]
    public void JSON_has_the_unusable_reply()
    {
        var output = new MemorySink();
        var presenter = new JsonNatPresenter(output, new ErrorPrinter(new MemorySink()), new NatOptions { Servers = [] });

        presenter.Event(Event(request => OddServer.Error(request, StunErrorCode.Unauthenticated)));

        JsonElement e = JsonDocument.Parse(output.Lines[^1]).RootElement;
        Assert.Equal("refused", e.GetProperty("state").GetString());
        Assert.Equal(401, e.GetProperty("came").GetProperty("status").GetInt32());
        Assert.Equal("error", e.GetProperty("came").GetProperty("kind").GetString());
    }

    private static OddServer.Reply WrongFingerprint(OddServer.Request request)
    {
        byte[] buffer = new byte[200];
        StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Success, request.Id, out StunWriter writer);
        writer.TryWriteXorMappedAddress(Seen);
        writer.TryWriteFingerprint();
        buffer[writer.Length - 1] ^= 1;
        return new OddServer.Reply(request.To, buffer[..writer.Length]);
    }

    private static OddServer.Reply Edit(OddServer.Reply reply, Func<byte[], byte[]> edit) => reply with { Bytes = edit(reply.Bytes) };

    private static UnusableKind Kind(Func<OddServer.Request, OddServer.Reply> reply)
    {
        ServerReport server = Ask(request => [reply(request)]);
        Assert.Equal(ServerState.Unusable, server.State);
        return server.Unusable!.Kind;
    }

    private static ServerReport Ask(Func<OddServer.Request, IEnumerable<OddServer.Reply>> replies) => Assert.Single(Run(replies).Servers);

    private static NatReport Run(Func<OddServer.Request, IEnumerable<OddServer.Reply>> replies) => Rig(replies).Run(DiscoveryRig.A1P1);

    private static DiscoveryEvent Event(Func<OddServer.Request, OddServer.Reply> reply)
    {
        DiscoveryRig rig = Rig(request => [reply(request)]);
        rig.Run(DiscoveryRig.A1P1);
        return rig.Events.First();
    }

    private static DiscoveryRig Rig(Func<OddServer.Request, IEnumerable<OddServer.Reply>> replies) =>
        new DiscoveryRig(NatPresets.Open).Serve([DiscoveryRig.A1P1, DiscoveryRig.A1P2, DiscoveryRig.A2P1], () => new OddServer(replies));
}
