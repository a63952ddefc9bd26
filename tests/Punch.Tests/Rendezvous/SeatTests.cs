using Punch.Serving.Rooms;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

/// <summary>
/// An attacker that knows the names of a room and of a party, and has a right nonce of its own address, cannot change the party's seat. Two
/// parties are in the room: 1 at A, which it moved to from elsewhere, and 2 at B. The attacker is at C, or uses IPv6.
/// </summary>
public sealed class SeatTests
{
    private static readonly TransportAddress Old = TransportAddress.Parse("192.0.2.7:39999");

    public enum Message
    {
        Join,
        Seek,
        Leave,
        Cold,
        ColdLeave,
    }

    public enum Shown
    {
        Nothing,
        Question,
        Spent,
        OfTheOther,
        OfAnotherRoom,
        Zeros,
    }

    public static TheoryData<Message, byte, Shown, bool> Attacks()
    {
        var attacks = new TheoryData<Message, byte, Shown, bool>();
        foreach (Message message in Enum.GetValues<Message>())
        {
            foreach (Shown shown in Enum.GetValues<Shown>())
            {
                for (int i = 0; i < 4; i++) { attacks.Add(message, (byte)(1 + (i / 2)), shown, i % 2 == 0); }
            }
        }

        return attacks;
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_nonce_of_another_address_never_changes_a_seat_or_causes_a_notice(
        Message message, byte victim, Shown shown, bool isV6)
    {
        var room = new Room();
        byte[]? ticket = room.Ticket(shown, victim);
        TransportAddress attacker = isV6 ? V6B : C;

        JoinReply answer = room.Attack(message, victim, attacker, ticket);

        Assert.Equal(0, room.Rig.Last.NoticeCount);
        Assert.True(answer.Lifetime is null && answer.Ticket.IsEmpty, "nothing is kept, no ticket is given");
        room.AssertUnchanged();
    }

    [Fact]
    public void A_replay_of_any_join_of_a_party_from_another_address_changes_nothing_while_its_seat_is_there()
    {
        var rig = new RendezvousRig();
        rig.Join(B, party: 2);
        JoinBytes join = new() { PartyName = JoinBytes.Name(1), Says = JoinBytes.SealedOf(180, 1), TicketValue = [] };
        var seen = new List<byte[]>();
        byte[] Record(JoinBytes each, TransportAddress from)
        {
            seen.Add(each.ToArray());
            return rig.Send(seen[^1], from).Ticket.ToArray();
        }

        Record(join, Old);
        byte[] nonce = rig.NonceFor(Old);
        byte[] ticket = Record(join with { Cookie = nonce }, Old);
        Record(join with { Cookie = nonce, IsSeeking = true, TicketValue = null }, Old);
        Record(join with { TicketValue = ticket }, A);
        Assert.Equal((RendezvousOutcome.Introduced, 1), (rig.Last.Outcome, rig.Last.NoticeCount));
        Record(join with { Cookie = rig.NonceFor(A), TicketValue = ticket }, A);
        Assert.Equal((RendezvousOutcome.Paired, 1), (rig.Last.Outcome, rig.Last.NoticeCount));
        byte[] leave = (join with { Cookie = rig.NonceFor(A), LifetimeValue = [0, 0, 0, 0] }).ToArray();

        foreach (TransportAddress attacker in new[] { C, Old, V6B })
        {
            foreach (byte[] bytes in seen.Append(leave))
            {
                JoinReply answer = rig.Send(bytes, attacker);

                Assert.Equal(0, rig.Last.NoticeCount);
                Assert.True(answer.Lifetime is null && answer.Ticket.IsEmpty);
                Assert.Equal((A, null), (rig.Join(B, party: 2).Peer.V4, rig.Join(B, party: 2).Peer.V6));
            }

            // The ticket of those joins, with a nonce of the attacker.
            rig.Join(attacker, party: 1, ticket: ticket);
            Assert.Equal((RendezvousOutcome.Held, 0), (rig.Last.Outcome, rig.Last.NoticeCount));
        }

        rig.Send(leave, A);
        Assert.Equal(RendezvousOutcome.Left, rig.Last.Outcome);
    }

    [Fact]
    public void The_ticket_moves_a_seat_and_is_spent_by_that()
    {
        var room = new Room();
        byte[] ticket = room.Rig.TicketFor(A, party: 1);

        byte[] next = room.Rig.Join(C, party: 1, ticket: ticket).Ticket.ToArray();

        Assert.Equal((1, B), (room.Rig.Last.NoticeCount, room.Rig.First.To));
        Assert.Equal(C, room.Rig.Notice().Peer.V4);
        Assert.NotEqual(ticket, next);
        room.Rig.Join(A, party: 1, ticket: ticket);
        Assert.Equal(RendezvousOutcome.Held, room.Rig.Last.Outcome);
        room.Rig.Join(A, party: 1, ticket: next);
        Assert.Equal(RendezvousOutcome.Paired, room.Rig.Last.Outcome);
    }

    [Fact]
    public void A_move_with_a_lost_reply_is_repeated_with_the_same_ticket_and_gets_the_new_one()
    {
        var room = new Room();
        byte[] ticket = room.Rig.TicketFor(A, party: 1);
        byte[] next = room.Rig.Join(C, party: 1, ticket: ticket).Ticket.ToArray();

        JoinReply again = room.Rig.Join(C, party: 1, ticket: ticket);

        Assert.Equal((RendezvousOutcome.Paired, 0), (room.Rig.Last.Outcome, room.Rig.Last.NoticeCount));
        Assert.Equal(next, again.Ticket.ToArray());
    }

    [Fact]
    public void With_the_ticket_an_unproven_address_is_introduced_and_the_seat_stays_until_the_proof()
    {
        var room = new Room();
        byte[] ticket = room.Rig.TicketFor(A, party: 1);

        JoinReply answer = room.Rig.JoinCold(C, party: 1, ticket: ticket);

        Assert.Equal((RendezvousOutcome.Introduced, 1), (room.Rig.Last.Outcome, room.Rig.Last.NoticeCount));
        Assert.Equal((20, true), (answer.Nonce.Length, answer.Ticket.IsEmpty));
        Assert.Equal(C, room.Rig.Notice().Peer.V4);
        room.AssertUnchanged();
    }

    [Fact]
    public void Only_a_request_from_the_seat_gets_its_ticket()
    {
        var room = new Room();

        Assert.True(room.Rig.Join(A, party: 1).Ticket.IsEmpty);
        Assert.Equal(RendezvousLimits.Ticket, room.Rig.Join(A, party: 1, ticket: []).Ticket.Length);
        Assert.Equal(room.Rig.TicketFor(A, party: 1), room.Rig.TicketFor(A, party: 1));
        Assert.NotEqual(room.Rig.TicketFor(A, party: 1), room.Rig.TicketFor(B, party: 2));
    }

    [Fact]
    public void A_seat_that_is_made_again_has_another_ticket()
    {
        var room = new Room();
        byte[] ticket = room.Rig.TicketFor(A, party: 1);
        room.Rig.Leave(A, party: 1);

        Assert.NotEqual(ticket, room.Rig.TicketFor(A, party: 1));
    }

    [Fact]
    public void The_ticket_gives_a_seat_up_from_another_address()
    {
        var room = new Room();

        room.Rig.Leave(C, party: 1, ticket: room.Rig.TicketFor(A, party: 1));

        Assert.Equal(RendezvousOutcome.Left, room.Rig.Last.Outcome);
        Assert.Equal(1, room.Rig.Waiting);
    }

    [Theory]
    [InlineData(44.999, RendezvousOutcome.Held)]
    [InlineData(45, RendezvousOutcome.Paired)]
    public void A_seat_that_was_silent_for_long_moves_without_a_ticket_and_is_not_given_up(double seconds, RendezvousOutcome outcome)
    {
        var room = new Room();
        room.Rig.Wait(seconds);
        room.Rig.Join(B, party: 2);

        room.Rig.Leave(C, party: 1);
        Assert.Equal(RendezvousOutcome.Held, room.Rig.Last.Outcome);
        room.Rig.JoinCold(C, party: 1);
        Assert.Equal((RendezvousOutcome.Challenged, 0), (room.Rig.Last.Outcome, room.Rig.Last.NoticeCount));
        room.Rig.Join(C, party: 1);

        Assert.Equal(outcome, room.Rig.Last.Outcome);
    }

    [Fact]
    public void A_seat_that_was_taken_after_a_silence_is_taken_back_with_the_ticket_for_good()
    {
        var room = new Room();
        byte[] ticket = room.Rig.TicketFor(A, party: 1);
        room.Rig.Wait(50);
        room.Rig.Join(B, party: 2);
        byte[] theirs = room.Rig.Join(C, party: 1, ticket: []).Ticket.ToArray();
        Assert.Equal(RendezvousOutcome.Paired, room.Rig.Last.Outcome);

        room.Rig.Join(A, party: 1, ticket: ticket);
        Assert.Equal(RendezvousOutcome.Paired, room.Rig.Last.Outcome);

        room.Rig.Join(C, party: 1, ticket: theirs);
        Assert.Equal(RendezvousOutcome.Held, room.Rig.Last.Outcome);
        room.AssertUnchanged();
    }

    private sealed class Room
    {
        private readonly byte[] _spent;

        public Room()
        {
            _spent = Rig.TicketFor(Old, party: 1);
            Rig.Join(B, party: 2);
            Rig.Join(A, party: 1, ticket: _spent);
            Assert.Equal(RendezvousOutcome.Paired, Rig.Last.Outcome);
        }

        public RendezvousRig Rig { get; } = new();

        public byte[]? Ticket(Shown shown, byte victim) => shown switch
        {
            Shown.Nothing => null,
            Shown.Question => [],
            Shown.Spent => _spent,
            Shown.OfTheOther => victim == 1 ? Rig.TicketFor(B, party: 2) : Rig.TicketFor(A, party: 1),
            Shown.OfAnotherRoom => Rig.TicketFor(C, victim, room: 0x50),
            _ => new byte[RendezvousLimits.Ticket],
        };

        public JoinReply Attack(Message message, byte victim, TransportAddress from, byte[]? ticket)
        {
            byte[] says = JoinBytes.SealedOf(100, 200);
            return message switch
            {
                Message.Join => Rig.Join(from, victim, says: says, ticket: ticket),
                Message.Seek => Rig.Join(from, victim, isSeeking: true, ticket: ticket),
                Message.Leave => Rig.Leave(from, victim, ticket: ticket),
                Message.Cold => Rig.JoinCold(from, victim, says: says, ticket: ticket),
                _ => Rig.Send(Cold(victim, ticket), from),
            };
        }

        /// <summary>Asserts that each party still learns of the other as before, and of nothing new.</summary>
        public void AssertUnchanged()
        {
            JoinReply atB = Rig.Join(B, party: 2);
            Assert.Equal((A, null), (atB.Peer.V4, atB.Peer.V6));
            Assert.Equal(JoinBytes.SealedOf(180, 1), atB.Peer.Sealed);
            JoinReply atA = Rig.Join(A, party: 1);
            Assert.Equal((B, null), (atA.Peer.V4, atA.Peer.V6));
            Assert.Equal(JoinBytes.SealedOf(180, 2), atA.Peer.Sealed);
            Assert.Equal((RendezvousOutcome.Paired, 0), (Rig.Last.Outcome, Rig.Last.NoticeCount));
        }

        private static byte[] Cold(byte victim, byte[]? ticket) =>
            new JoinBytes { PartyName = JoinBytes.Name(victim), LifetimeValue = [0, 0, 0, 0], TicketValue = ticket }.ToArray();
    }
}
