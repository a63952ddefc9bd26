using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetTimeTests
{
    [Fact]
    public void The_joiner_has_its_proof_after_a_round_trip_to_the_server_and_a_direct_one_and_the_other_half_of_one_later()
    {
        var options = new MeetPairOptions { Seed = 1 };
        MeetPair pair = MeetPair.Of("open", "open", options);

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "both are open");

        Instant startB = Instant.At(options.Gap);
        pair.Claim(MeetPair.When(pair.B, SessionEventKind.Opened) == startB + (options.RoundTrip * 2), "the joiner after two round trips");
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Opened) == startB + (options.RoundTrip * 2.5), "the other half of one later");
    }
}
