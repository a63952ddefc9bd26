using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Rendezvous;

public sealed class GreetingCodecTests
{
    private const ushort Indication = 0x02D4; // method 0x0E4, indication
    private const ushort Heard = 0xFF69;

    private static readonly byte[] Id = [.. Enumerable.Range(0x40, 12).Select(i => (byte)i)];

    [Fact]
    public void A_greeting_by_hand_reads_as_it_was_written()
    {
        byte[] bytes = Bytes().With(Heard, Id).WithFingerprint().ToArray();

        Assert.True(Greeting.TryRead(bytes, out Greeting greeting));
        Assert.True(greeting.Peer.Party.SequenceEqual(JoinBytes.Name(1)));
        Assert.True(greeting.Peer.Sealed.SequenceEqual(JoinBytes.SealedOf(448)));
        Assert.Equal(TransactionId.FromBytes(Id), greeting.Heard);
    }

    [Fact]
    public void What_is_written_is_what_was_built_by_hand()
    {
        byte[] expected = Bytes().With(Heard, Id).WithFingerprint().ToArray();
        Greeting.TryRead(expected, out Greeting read);
        byte[] written = new byte[Greeting.MaxLength];

        Assert.Equal(expected.Length, read.Write(written));
        Assert.Equal(Greeting.MaxLength, expected.Length);
        Assert.Equal(expected, written);
        Assert.Equal(0, read.Write(new byte[Greeting.MaxLength - 1]));
    }

    [Fact]
    public void The_first_greeting_has_heard_nobody()
    {
        Assert.True(Greeting.TryRead(Bytes().WithFingerprint().ToArray(), out Greeting greeting));
        Assert.Null(greeting.Heard);
    }

    [Fact]
    public void A_greeting_without_what_it_must_have_is_none()
    {
        Assert.False(Greeting.TryRead(Bytes().ToArray(), out _));
        Assert.False(Greeting.TryRead(new StunBytes(Indication).WithFingerprint().ToArray(), out _));
        Assert.False(Greeting.TryRead(Bytes(party: 15).WithFingerprint().ToArray(), out _));
        Assert.False(Greeting.TryRead(Bytes(says: 0).WithFingerprint().ToArray(), out _));
        Assert.False(Greeting.TryRead(Bytes(says: 449).WithFingerprint().ToArray(), out _));
        Assert.False(Greeting.TryRead(Bytes(type: 0x02C4).WithFingerprint().ToArray(), out _)); // a request
        Assert.False(Greeting.TryRead(Bytes(type: 0x02D1).WithFingerprint().ToArray(), out _)); // a server's notice
        Assert.False(Greeting.TryRead(Bytes().With(Heard, Id[..11]).WithFingerprint().ToArray(), out _));
    }

    private static StunBytes Bytes(ushort type = Indication, int party = 16, int says = 448) => new StunBytes(type)
        .With(JoinBytes.Party, JoinBytes.Name(1)[..party])
        .With(JoinBytes.Sealed, JoinBytes.SealedOf(says));
}
