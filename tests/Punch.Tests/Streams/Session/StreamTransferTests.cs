using Xunit;

namespace Punch.Tests.Streams.Session;

/// <summary>Transfers in virtual time that complete, whatever the line does. <see cref="LongRun"/> tells how to run more of them.</summary>
public sealed class StreamTransferTests
{
    // Packets at each end of a transfer that are lost in pairs.
    private const int Edge = 40;

    // A prime that leaves some 130 pairs.
    private const int ShortStride = 97;

    public static TheoryData<long, long> Lengths => new()
    {
        { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 100, 5_000_000 }, { 300_000, 0 },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Everything_arrives_and_both_sides_end(long first, long second)
    {
        StreamClaims.ClaimComplete(new StreamPlan { Seed = 1, Lengths = [first, second] });
    }

    [Fact]
    public void Whatever_the_line_does_everything_arrives_or_nobody_is_told_so()
    {
        for (ulong i = 0; i < LongRun.Transfers; i++) { StreamClaims.ClaimComplete(StreamPlan.Draw(LongRun.FirstSeed + i)); }
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(60, 200)]
    [InlineData(200, 60)]
    public void A_transfer_goes_on_under_new_keys(int first, int second)
    {
        TimeSpan[] keys = [TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(second)];

        StreamClaims.ClaimComplete(new StreamPlan { Seed = 1, Lengths = [500_000, 300_000], NewKeysAt = keys });
    }

    [Fact]
    public void Any_two_of_the_first_and_last_packets_may_be_lost()
    {
        StreamPlan plan = new() { Seed = 1, Lengths = [150_000, 150_000] };
        StreamWorld whole = plan.Build();
        Assert.True(whole.Run(TimeSpan.FromMinutes(1)));
        (int From, int Place)[] edges = [.. Edges(0, whole.Packets[0]), .. Edges(1, whole.Packets[1])];
        int stride = LongRun.IsAsked ? 1 : ShortStride;
        int pairs = edges.Length * edges.Length;
        for (int pair = 0; pair < pairs; pair += stride)
        {
            (int From, int Place) first = edges[pair / edges.Length];
            (int From, int Place) second = edges[pair % edges.Length];
            if (first.CompareTo(second) > 0) { continue; }

            bool Loses(int from, int place) => (from, place) == first || (from, place) == second;
            try { StreamClaims.ClaimComplete(plan with { Loses = Loses }); }
            catch (Exception error)
            {
                throw new InvalidOperationException($"lost {first} and {second} of {whole.Packets[0]} and {whole.Packets[1]}", error);
            }
        }
    }

    private static IEnumerable<(int From, int Place)> Edges(int from, int packets) =>
        [.. Enumerable.Range(0, packets).Where(place => place < Edge || place >= packets - Edge).Select(place => (from, place))];
}
