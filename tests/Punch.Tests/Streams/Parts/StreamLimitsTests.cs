using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

public sealed class StreamLimitsTests
{
    private readonly StreamLimits _limits = new();

    [Fact]
    public void Nobody_opens_a_stream_before_the_roles_are_known()
    {
        Assert.False(_limits.MayOpen);
        Assert.False(_limits.TryReach(1, out _));
    }

    [Theory]
    [InlineData(true, 0UL, 4UL)]
    [InlineData(false, 1UL, 5UL)]
    public void A_number_tells_who_opened_the_stream(bool isClient, ulong first, ulong second)
    {
        _limits.Assign(isClient);

        Assert.Equal(first, _limits.Next());
        Assert.Equal(second, _limits.Next());
    }

    [Fact]
    public void A_stream_of_the_peer_opens_those_before_it()
    {
        _limits.Assign(isClient: true);

        Assert.True(_limits.TryReach(9, out (ulong First, int Count) opens));
        Assert.Equal((1UL, 3), opens);
        Assert.True(_limits.TryReach(5, out opens));
        Assert.Equal(0, opens.Count);
        Assert.True(_limits.TryReach(13, out opens));
        Assert.Equal((13UL, 1), opens);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    [InlineData((4 * StreamLimits.MostOpen) + 1)]
    public void The_peer_may_not_name_a_stream_that_is_not_there(ulong id)
    {
        _limits.Assign(isClient: true);

        Assert.False(_limits.TryReach(id, out _));
    }

    [Fact]
    public void The_limit_grows_with_each_stream_that_is_over()
    {
        _limits.Assign(isClient: true);
        ulong next = (4 * StreamLimits.MostOpen) + 1;

        _limits.NoteOver(0);
        Assert.False(_limits.TryReach(next, out _));
        _limits.NoteOver(1);
        Assert.True(_limits.TryReach(next, out _));
    }

    [Fact]
    public void The_peers_limit_holds_and_never_falls()
    {
        _limits.Assign(isClient: true);
        for (ulong i = 0; i < StreamLimits.MostOpen; i++) { _limits.Next(); }

        Assert.False(_limits.MayOpen);
        _limits.Allow(StreamLimits.MostOpen - 1);
        Assert.False(_limits.MayOpen);
        _limits.Allow(StreamLimits.MostOpen + 1);
        Assert.True(_limits.MayOpen);
    }
}
