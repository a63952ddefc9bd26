using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Serving.Tables;
using Xunit;

namespace Punch.Tests.Rendezvous;

/// <summary>Compares the table with a simple dictionary that does the same.</summary>
public sealed class RoomTableTests
{
    private const int MaxRooms = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Under_any_joins_and_leaves_it_holds_what_a_plain_list_would(ulong seed)
    {
        var random = new SplitMix64(seed);
        var table = new RoomTable(MaxRooms, seed, 2, ShareLimits.None);
        var plain = new List<Entry>();
        Instant now = Instant.At(TimeSpan.FromSeconds(100));
        var scratch = new PartyRecord();
        for (int step = 0; step < 20_000; step++)
        {
            now += random.NextDuration(TimeSpan.FromSeconds(2));
            if (random.NextInt(4) == 0) { table.Expire(now, random.NextInt(3)); }

            plain.RemoveAll(entry => !entry.IsLive(now));
            var room = new NameWords((ulong)random.NextInt(12), 5);
            var party = new NameWords((ulong)random.NextInt(4), 6);
            RoomView view = table.Look(room, party, now);
            Entry? mine = plain.Find(entry => entry.Room == room && entry.Party == party);
            Entry[] others = [.. plain.Where(entry => entry.Room == room && entry.Party != party)];
            Check(view.Mine != PagedPool.None == mine is not null && view.Others == others.Length, seed, step, "looked");
            if (view.Other != PagedPool.None) { CheckEntry(table, view.Other, others.Single, others, now, scratch, seed, step); }

            if (view.IsCrowded) { continue; }

            if (random.NextInt(5) == 0)
            {
                if (view.Mine != PagedPool.None) { table.Remove(view.Mine); }

                plain.Remove(mine!);
                continue;
            }

            Join(table, plain, view, room, party, mine, ref random, now, seed, step);
        }

        while (table.Expire(now + TimeSpan.FromMinutes(2), 100)) { }

        Assert.Equal((0, 0), (table.Rooms, table.Parties));
    }

    [Fact]
    public void What_is_given_back_is_taken_again()
    {
        var pool = new PagedPool<RoomSlot>(pageBits: 2);
        int[] taken = [.. Enumerable.Range(0, 9).Select(_ => pool.Take())];
        foreach (int index in taken) { pool.Return(index); }

        Assert.Equal(taken.Order(), Enumerable.Range(0, 9).Select(_ => pool.Take()).Order());
        Assert.Equal(10, pool.Take());
    }

    [Fact]
    public void A_slot_has_144_bytes_and_a_block_72()
    {
        Assert.Equal(144, System.Runtime.CompilerServices.Unsafe.SizeOf<RoomSlot>());
        Assert.Equal(72, System.Runtime.CompilerServices.Unsafe.SizeOf<SealedBlock>());
    }

    private static void Join(
        RoomTable table, List<Entry> plain, RoomView view, NameWords room, NameWords party, Entry? mine, ref SplitMix64 random, Instant now, ulong seed, int step)
    {
        int rooms = plain.Select(entry => entry.Room).Distinct().Count();
        int slot = view.Mine;
        bool isV6 = random.NextInt(2) == 0;
        var client = TransportAddress.Parse(isV6 ? $"[2001:db8::{1 + random.NextInt(2)}]:7" : $"192.0.2.{1 + random.NextInt(2)}:7");
        // expired parties count until they are looked for
        while (table.Expire(now, 10)) { }

        if (slot == PagedPool.None)
        {
            bool isAdded = table.TryAdd(view, room, party, client.Host, out slot);
            Check(isAdded == (view.Others > 0 || rooms < MaxRooms), seed, step, "added");
            if (!isAdded) { return; }
        }

        byte[] says = JoinBytes.SealedOf(new[] { 1, 60, 61, 448 }[random.NextInt(4)]);
        Entry entry = mine ?? new Entry(room, party);
        bool isChanged = !says.AsSpan().SequenceEqual(entry.Says) || !entry.IsLive(now, isV6) || entry.Address[isV6 ? 1 : 0] != client;
        Check(table.Refresh(slot, says, client, arrival: 3, now) == isChanged, seed, step, "refreshed");
        entry.Says = says;
        entry.Address[isV6 ? 1 : 0] = client;
        entry.Seen[isV6 ? 1 : 0] = now;
        if (mine is null) { plain.Add(entry); }

        Check(table.Parties == plain.Count && table.Rooms == plain.Select(each => each.Room).Distinct().Count(), seed, step, "counted");
    }

    private static void CheckEntry(
        RoomTable table, int index, Func<Entry> only, Entry[] others, Instant now, PartyRecord scratch, ulong seed, int step)
    {
        if (others.Length != 1) { return; }

        Entry expected = only();
        table.Describe(index, now, scratch);
        PeerEntry entry = scratch.Entry;
        bool isSame = entry.Sealed.SequenceEqual(expected.Says)
            && entry.V4 == (expected.IsLive(now, isV6: false) ? expected.Address[0] : null)
            && entry.V6 == (expected.IsLive(now, isV6: true) ? expected.Address[1] : null);
        int live = (expected.IsLive(now, isV6: false) ? 1 : 0) + (expected.IsLive(now, isV6: true) ? 1 : 0);
        Check(isSame && table.LocateTargets(index, now, out Whereabouts first, out _) == live && first.Arrival == 3, seed, step, "described");
    }

    private static void Check(bool isRight, ulong seed, int step, string what)
    {
        if (!isRight) { Assert.Fail($"seed {seed}, step {step}: {what}"); }
    }

    private sealed class Entry(NameWords room, NameWords party)
    {
        public NameWords Room => room;

        public NameWords Party => party;

        public byte[] Says { get; set; } = [];

        public TransportAddress?[] Address { get; } = new TransportAddress?[2];

        public Instant?[] Seen { get; } = new Instant?[2];

        public bool IsLive(Instant now) => IsLive(now, isV6: false) || IsLive(now, isV6: true);

        public bool IsLive(Instant now, bool isV6) => Seen[isV6 ? 1 : 0] is { } seen && now < seen + TimeSpan.FromSeconds(60);
    }
}
