using Punch.Serving.Rooms;
using Punch.Tests.Stun;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

/// <summary>
/// For any input: no exception, no amplification, nothing for an unproven address. PUNCH_MUTATIONS sets the number of mutations.
/// </summary>
public sealed class RendezvousMutationTests
{
    private const int HeadersBelow = 48; // IPv6 and UDP

    private readonly byte[] _reply = new byte[RendezvousCore.MaxReplyLength];
    private readonly byte[] _notice = new byte[RendezvousCore.MaxNoticeLength];

    [Fact]
    public void The_server_never_throws_amplifies_or_replies_to_a_third_party()
    {
        var rig = new RendezvousRig();
        TransportAddress[] clients = [A, B, V6A, V6B, C];
        byte[][] cookies = [.. clients.Select(rig.NonceFor)];
        byte[] buffer = new byte[4096];
        int[] outcomes = new int[Enum.GetValues<RendezvousOutcome>().Length];
        int notices = 0;
        for (long seed = 0; seed < StunMutator.Count; seed++)
        {
            // every fourth comes from another address than its nonce's, and the last client never has one
            int from = (int)(seed % clients.Length);
            byte[] cookie = from == clients.Length - 1 || seed % 4 == 3 ? new byte[20] : cookies[from];
            int length = JoinMutator.Make((ulong)seed, cookie, buffer, rig.Day);
            try
            {
                if (seed % 1000 == 0) { rig.Wait(61); }

                if (seed % 10_000 == 0) { cookies = [.. clients.Select(rig.NonceFor)]; }

                RendezvousResult result = rig.Core.Answer(buffer.AsSpan(0, length), clients[from], Way(from), rig.Now, _reply, _notice);
                outcomes[(int)result.Outcome]++;
                notices += result.NoticeCount;
                string? flaw = Flaw(buffer.AsSpan(0, length), clients, result, rig.Core.Room);
                if (flaw is not null) { throw new InvalidOperationException(flaw); }
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {seed}: {Convert.ToHexString(buffer, 0, length)}: {e}");
            }
        }

        // useful only if every outcome occurs; limits and passwords have tests of their own
        RendezvousOutcome[] apart =
            [RendezvousOutcome.Limited, RendezvousOutcome.Full, RendezvousOutcome.Pending, RendezvousOutcome.Unauthenticated];
        Assert.All(Enum.GetValues<RendezvousOutcome>().Except(apart), outcome => Assert.NotEqual(0, outcomes[(int)outcome]));
        Assert.True(notices > StunMutator.Count / 100, $"{notices} notices");
    }

    [Fact]
    public void No_bytes_make_a_client_throw()
    {
        byte[] buffer = new byte[4096];
        byte[] answer = Answer(StunClass.Success), refusal = Answer(StunClass.Error), notice = Word();
        for (long seed = 0; seed < StunMutator.Count / 4; seed++)
        {
            var random = new SplitMix64((ulong)seed);
            byte[] source = random.NextInt(3) switch { 0 => answer, 1 => refusal, _ => notice };
            source.CopyTo(buffer, 0);
            for (int i = random.NextInt(4); i >= 0; i--) { buffer[random.NextInt(source.Length)] = (byte)(random.Next() & 0xFF); }

            int length = random.NextInt(4) == 0 ? random.NextInt(source.Length) : source.Length;
            if (length > 28)
            {
                uint crc = System.IO.Hashing.Crc32.HashToUInt32(buffer.AsSpan(0, length - 8)) ^ 0x5354554E;
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length - 4), crc);
            }

            bool isAnswer = JoinReply.TryRead(buffer.AsSpan(0, length), out JoinReply read);
            bool isNotice = PeerNotice.TryRead(buffer.AsSpan(0, length), out PeerNotice told);
            Assert.True(isAnswer || read.Mapped is null);
            Assert.Equal(isNotice, !told.Peer.IsEmpty || told.IsCheck);
            Assert.True(read.Peer.Sealed.Length <= RendezvousLimits.Sealed && read.Nonce.Length <= RendezvousLimits.Nonce);
        }
    }

    private string? Flaw(ReadOnlySpan<byte> request, TransportAddress[] clients, in RendezvousResult result, RoomReply room)
    {
        int sent = result.ReplyLength + (result.NoticeCount * (result.NoticeLength + HeadersBelow));
        if (sent > request.Length) { return $"{sent} bytes for {request.Length}"; }

        if (result.ReplyLength == 0) { return result.NoticeCount == 0 ? null : "told without an answer"; }

        if (StunMessage.Parse(_reply.AsSpan(0, result.ReplyLength), out StunMessage reply) != StunParseError.None) { return "a malformed answer"; }

        if (!reply.HasValidFingerprint() || reply.TransactionId != TransactionId.FromBytes(request[8..20])) { return "an answer to something else"; }

        if (result.NoticeCount > 0 && !PeerNotice.TryRead(_notice.AsSpan(0, result.NoticeLength), out _)) { return "a malformed notice"; }

        // by its number the last client is known never to have proven its address
        TransportAddress unproven = clients[^1];
        bool isNotified = (result.NoticeCount > 0 && room.First.To == unproven) || (result.NoticeCount > 1 && room.Second.To == unproven);
        bool isBack = (result.NoticeCount < 1 || clients[room.First.Arrival.Endpoint] == room.First.To)
            && (result.NoticeCount < 2 || clients[room.Second.Arrival.Endpoint] == room.Second.To);
        return isNotified ? "told an unproven address" : isBack ? null : "told by the wrong way";
    }

    private static byte[] Answer(StunClass kind)
    {
        byte[] bytes = new byte[600];
        new JoinReply
        {
            TransactionId = TransactionId.FromBytes(StunBytes.Id),
            Error = kind == StunClass.Error ? StunErrorCode.StaleNonce : null,
            Mapped = A,
            Lifetime = TimeSpan.FromSeconds(60),
            Nonce = new byte[20],
            Peer = Peer,
        }.TryWrite(bytes, out int length);
        return bytes[..length];
    }

    private static byte[] Word()
    {
        byte[] bytes = new byte[600];
        new PeerNotice { TransactionId = TransactionId.FromBytes(StunBytes.Id), Peer = Peer }.TryWrite(bytes, out int length);
        return bytes[..length];
    }

    private static PeerEntry Peer => new() { Party = JoinBytes.Name(1), Sealed = JoinBytes.SealedOf(60), V4 = A, V6 = V6A };
}
