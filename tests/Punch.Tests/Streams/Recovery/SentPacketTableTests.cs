using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

public sealed class SentPacketTableTests
{
    private readonly SentPacketTable _table = new();

    [Fact]
    public void It_finds_what_a_sorted_list_finds()
    {
        var random = new SplitMix64(3);
        var model = new SortedDictionary<long, ulong>();
        ulong number = 0;
        for (int i = 0; i < 30_000; i++)
        {
            bool isGrowing = i / 2_000 % 2 == 0;
            if (random.NextInt(10) < (isGrowing ? 7 : 3))
            {
                number += (ulong)random.NextInt(5) + 1;
                model.Add(_table.End, number);
                _table.Add(Packet(number));
            }
            else if (model.Count > 0)
            {
                long taken = model.Keys.ElementAt(random.NextInt(Math.Min(model.Count, 20)));
                model.Remove(taken);
                _table.Remove(taken);
            }

            if (i % 7 == 0) { Shrink(200); }

            if (i % 11 == 0) { AssertSame(model, random); }
        }
    }

    [Fact]
    public void It_grows_and_shrinks_by_powers_of_two()
    {
        for (ulong i = 0; i < 1_000; i++) { _table.Add(Packet(i)); }

        Assert.Equal(1_024, _table.Capacity);
        for (long i = 0; i < 1_000; i++) { _table.Remove(i); }

        Shrink(1_023);
        Assert.Equal(1_024, _table.Capacity);
        Shrink(1);
        Assert.Equal(512, _table.Capacity);
        Shrink(5_000);
        Assert.Equal(256, _table.Capacity);
    }

    [Fact]
    public void A_ring_that_fills_now_and_then_stays_as_it_is()
    {
        ulong number = 0;
        for (int burst = 0; burst < 10; burst++)
        {
            for (int i = 0; i < 1_000; i++) { _table.Add(Packet(number++)); }

            Shrink(1);
            while (_table.Count > 0) { _table.Remove(_table.First); }

            Shrink(1_000);
            Assert.Equal(1_024, _table.Capacity);
        }
    }

    [Fact]
    public void It_holds_its_limit_and_not_one_more()
    {
        for (ulong i = 0; i < SentPacketTable.Limit; i++) { _table.Add(Packet(i)); }

        Assert.Equal(0, _table.Free);
        Assert.Throws<InvalidOperationException>(() => _table.Add(Packet(SentPacketTable.Limit)));
        _table.Remove(1);
        Assert.Equal(0, _table.Free);
        _table.Remove(0);
        Assert.Equal(2, _table.Free);
    }

    [Fact]
    public void A_number_that_does_not_grow_is_a_fault_of_the_caller()
    {
        _table.Add(Packet(7));
        Assert.Throws<InvalidOperationException>(() => _table.Add(Packet(7)));
    }

    private void Shrink(int calls)
    {
        for (int i = 0; i < calls; i++) { _table.Shrink(); }
    }

    private void AssertSame(SortedDictionary<long, ulong> model, SplitMix64 random)
    {
        Assert.Equal(model.Count, _table.Count);
        Assert.Equal(model.Count == 0 ? _table.End : model.Keys.First(), _table.First);
        long at = _table.First + random.NextInt((int)(_table.End - _table.First) + 1);
        Assert.Equal(model.Keys.Where(key => key >= at).DefaultIfEmpty(_table.End).First(), _table.NextInFlight(at));
        Assert.Equal(model.Keys.Where(key => key <= at).DefaultIfEmpty(-1).Last(), _table.PreviousInFlight(at));
        if (!model.TryGetValue(at, out ulong number)) { return; }

        Assert.Equal(number, _table[at].Number);
        Assert.Equal(at, _table.AtMost(number));
    }

    private static SentPacket Packet(ulong number) => new(number, Instant.Zero, 1_200, PacketTraits.AckEliciting, default);
}
