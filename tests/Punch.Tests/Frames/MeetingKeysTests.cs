using Xunit;

namespace Punch.Tests.Frames;

/// <summary>The derivation is part of the format: these values came from another implementation and never change.</summary>
public sealed class MeetingKeysTests
{
    [Fact]
    public void The_room_and_the_keys_of_a_code_are_frozen()
    {
        using MeetingKeys keys = MeetingRig.Keys();
        byte[] derived = new byte[32];

        Assert.Equal("632857cb6b37babccb86e8ebf4ea97f9", keys.Room.ToString());
        keys.DeriveHelloKey(MeetingRig.Low, derived);
        Assert.Equal("D9CBEB03B0DD3EF272D99F6E29290BEFFB7CA61541C51AFFAA39312A1E972C1A", Convert.ToHexString(derived));
        keys.DeriveSessionSecret(derived);
        Assert.Equal("4724B323F2A73B4F886295161133422836F3AB82D70A766511578AFDF4435C76", Convert.ToHexString(derived));
    }

    [Theory]
    [InlineData(0, "0d0c8df0b649eb65122518fa2a5714b2")]
    [InlineData(20779, "883685995fb584ec946ec2665a43a09d")]
    [InlineData(20780, "5659896a42a33e14786455cb5316cebb")]
    [InlineData(uint.MaxValue, "ce3cbf857e703621472246a738cb298f")]
    public void The_room_of_a_day_is_frozen(uint day, string room)
    {
        using MeetingKeys keys = MeetingRig.Keys();

        Assert.Equal(room, keys.RoomOn(day).ToString());
    }

    [Fact]
    public void How_a_code_was_typed_makes_no_difference()
    {
        using MeetingKeys keys = MeetingRig.Keys("7K3M9Q2P XV4TH8RN 5WZC");

        Assert.Equal("632857cb6b37babccb86e8ebf4ea97f9", keys.Room.ToString());
    }

    [Fact]
    public void Another_code_has_another_room()
    {
        using MeetingKeys keys = MeetingRig.Keys("7k3m-9q2p-xv4t-h8rn-5wzd");

        Assert.NotEqual("632857cb6b37babccb86e8ebf4ea97f9", keys.Room.ToString());
    }

    [Fact]
    public void Disposed_keys_are_gone()
    {
        MeetingKeys keys = MeetingRig.Keys();
        byte[] before = new byte[32];
        byte[] after = new byte[32];
        keys.DeriveSessionSecret(before);

        keys.Dispose();

        keys.DeriveSessionSecret(after);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Ids_are_read_written_and_ordered_bytewise()
    {
        byte[] bytes = new byte[16];
        MeetingRig.High.Write(bytes);

        Assert.Equal(MeetingRig.High, PartyId.FromBytes(bytes));
        Assert.Equal("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", MeetingRig.High.ToString());
        Assert.Equal(RoomId.FromBytes(bytes), new RoomId(MeetingRig.High.Value));
        Assert.True(MeetingRig.Low.IsBelow(MeetingRig.High));
        Assert.False(MeetingRig.High.IsBelow(MeetingRig.Low));
        Assert.False(MeetingRig.Low.IsBelow(MeetingRig.Low));
        Assert.True(MeetingRig.Low.CompareTo(MeetingRig.High) < 0);
        Assert.Throws<ArgumentException>(() => PartyId.FromBytes(new byte[15]));
        Assert.Throws<ArgumentException>(() => RoomId.FromBytes(new byte[17]));
    }
}
