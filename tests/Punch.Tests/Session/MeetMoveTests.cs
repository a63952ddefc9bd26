using Punch.Serving.Relay;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>A side whose router or network changes in the middle of a conversation. A server relays where no direct path opens.</summary>
public sealed class MeetMoveTests
{
    private const ushort FirstStream = 30_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What happens to a side.</summary>
    public enum Harm
    {
        /// <summary>Its router forgets everything.</summary>
        Reboot,

        /// <summary>The same twice, while the first one is being mended.</summary>
        RebootTwice,

        /// <summary>Its machine gets another address, and sees it.</summary>
        Readdress,

        /// <summary>Its machine gets another address, and does not see it.</summary>
        ReaddressUnseen,
    }

    public static TheoryData<string, string, Harm> Relayed()
    {
        var cases = new TheoryData<string, string, Harm>();
        foreach (Harm harm in Enum.GetValues<Harm>())
        {
            cases.Add("port-restricted", "port-restricted", harm);
            cases.Add("linux", "symmetric-random", harm);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Relayed))]
    public void A_relayed_pair_hears_each_other_again_within_five_seconds(string a, string b, Harm harm)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            foreach (bool isA in (bool[])[true, false])
            {
                MeetPair pair = MeetPair.Of(a, b, Options(seed) with { LosesDirect = () => true });
                ClaimRecovery(pair, harm, isA, seed);
                pair.Claim(pair.A.WasRelayed() && pair.B.WasRelayed(), "over the relay");
            }
        }
    }

    [Theory]
    [InlineData(Harm.Reboot)]
    [InlineData(Harm.Readdress)]
    [InlineData(Harm.ReaddressUnseen)]
    public void So_does_one_with_loss(Harm harm)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var random = new SplitMix64(seed);
            MeetPair pair = MeetPair.Of("port-restricted", "port-restricted", Options(seed) with
            {
                Wrap = (_, session) => new LossyMachine<SessionEvent>(session, to => to.Host != MeetPair.Server.Host || random.NextInt(20) == 0),
            });

            ClaimRecovery(pair, harm, isA: seed % 2 == 0, seed);
        }
    }

    [Theory]
    [InlineData("port-restricted", "port-restricted", Harm.Reboot)]
    [InlineData("port-restricted", "port-restricted", Harm.Readdress)]
    [InlineData("linux", "port-preserving", Harm.Reboot)]
    [InlineData("linux", "port-preserving", Harm.ReaddressUnseen)]
    public void So_does_a_direct_pair_with_a_relay_in_reserve(string a, string b, Harm harm)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            foreach (bool isA in (bool[])[true, false])
            {
                MeetPair pair = MeetPair.Of(a, b, Options(seed));
                ClaimRecovery(pair, harm, isA, seed);
            }
        }
    }

    [Theory]
    [InlineData(Harm.Reboot, true)]
    [InlineData(Harm.Reboot, false)]
    [InlineData(Harm.Readdress, true)]
    [InlineData(Harm.Readdress, false)]
    public void So_does_one_that_is_relayed_between_UDP_and_TCP(Harm harm, bool isA)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            TunnelMachine? tunnel = null;
            MeetPair pair = MeetPair.Of("port-restricted", "linux", Options(seed) with
            {
                Wrap = (side, session) => new LossyMachine<SessionEvent>(
                    side == 'b' ? tunnel = new TunnelMachine(session, new TunnelNetwork(), FirstStream) : session,
                    to => to.Host != MeetPair.Server.Host),
                AdjustB = options => Talkative(options) with
                {
                    Target = (SessionTarget.Meeting)options.Target with { Ways = [MeetPair.Server with { Transport = Transport.Tcp }] },
                },
            });

            // The system of the side that loses its network closes its streams.
            ClaimRecovery(pair, harm, isA, seed, now =>
            {
                if (isA) { return; }

                foreach (TransportAddress remote in tunnel!.Open.ToArray()) { tunnel.Break(remote, now); }
            });
        }
    }

    private static MeetPairOptions Options(ulong seed) => new()
    {
        Seed = seed,
        Relay = new RelayOptions(),
        AdjustA = Talkative,
        AdjustB = Talkative,
    };

    private static SessionOptions Talkative(SessionOptions options) => options with { Interval = TimeSpan.FromMilliseconds(200) };

    private static void ClaimRecovery(MeetPair pair, Harm harm, bool isA, ulong seed, Action<Instant>? also = null)
    {
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(8)), "open");
        pair.Run(TimeSpan.FromSeconds(2 + (int)seed));
        Do();
        if (harm == Harm.RebootTwice)
        {
            pair.Run(TimeSpan.FromMilliseconds(700 + (50 * (int)seed)));
            Do();
        }

        Instant at = pair.Simulator.Now;
        bool isBack = pair.Simulator.RunUntil(() => pair.HeardSince(pair.A, at) && pair.HeardSince(pair.B, at), at + Patience);

        pair.Claim(isBack, $"both hear each other again after {harm} at {(isA ? "A" : "B")}");

        void Do()
        {
            pair.Simulator.Schedule(pair.Simulator.Now, now => Apply(pair, harm, isA, now));
            if (also is not null) { pair.Simulator.Schedule(pair.Simulator.Now, also); }

            pair.Run(TimeSpan.FromTicks(1));
        }
    }

    private static void Apply(MeetPair pair, Harm harm, bool isA, Instant now)
    {
        Site site = isA ? pair.SiteA : pair.SiteB;
        if (harm is Harm.Reboot or Harm.RebootTwice)
        {
            ((Nat)site.Router.Middlebox!).Reboot(now);
            return;
        }

        HostAddress[] addresses = [HostAddress.Parse("192.168.1.77")];
        pair.Simulator.Network.Readdress(site.Host, addresses);
        if (harm != Harm.Readdress) { return; }

        pair.Session(isA ? pair.A : pair.B).Note(NetworkNotice.HostsChanged([new LocalAddress(addresses[0], 24)]), now);
    }
}
