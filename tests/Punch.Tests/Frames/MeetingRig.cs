using System.Security.Cryptography;
using Punch.Protocol.Candidates;

namespace Punch.Tests.Frames;

/// <summary>The two parties whose keys, hellos and frames are frozen. Another implementation of the format made them.</summary>
internal static class MeetingRig
{
    public const string CodeText = "7k3m-9q2p-xv4t-h8rn-5wzc";

    public static readonly PartyId Low = PartyId.FromBytes(Convert.FromHexString("101112131415161718191A1B1C1D1E1F"));
    public static readonly PartyId High = PartyId.FromBytes(Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"));

    public static readonly byte[] LowRandom = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    public static readonly byte[] HighRandom = [.. Enumerable.Repeat((byte)0xFF, 32)];

    public static MeetingCode Code(string text = CodeText) =>
        MeetingCode.TryParse(text, out MeetingCode? code, out MeetingCodeError error) ? code : throw new ArgumentException(error.ToString());

    public static MeetingKeys Keys(string code = CodeText) => MeetingKeys.From(Code(code));

    public static EphemeralKey LowKey() => EphemeralKey.Create(LowRandom);

    public static EphemeralKey HighKey() => EphemeralKey.Create(HighRandom);

    /// <summary>The low party's session and the high party's.</summary>
    public static (SealedSession Low, SealedSession High) Sessions()
    {
        using MeetingKeys keys = Keys();
        using EphemeralKey low = LowKey();
        using EphemeralKey high = HighKey();
        return (Session(keys, low, Low, High, high.PublicKey.Span), Session(keys, high, High, Low, low.PublicKey.Span));
    }

    public static SealedSession Session(MeetingKeys keys, EphemeralKey mine, PartyId myParty, PartyId theirParty, ReadOnlySpan<byte> theirs) =>
        SealedSession.TryCreate(keys, mine, myParty, theirParty, theirs, out SealedSession? session) ? session : throw new ArgumentException("no session");

    /// <summary>The hello that is frozen: one candidate of each family and two kinds.</summary>
    public static Hello LowHello(byte round = 1)
    {
        using EphemeralKey key = LowKey();
        return new Hello(
            round,
            new HelloTraits(Dependence.EndpointIndependent, Dependence.Dependent, HasNoNat: true),
            key.PublicKey,
            [
                new Candidate(CandidateKind.Host, TransportAddress.Parse("192.168.1.2:6311")),
                new Candidate(CandidateKind.ServerReflexive, TransportAddress.Parse("203.0.113.7:40001")),
                new Candidate(CandidateKind.Host, TransportAddress.Parse("[2001:db8::1]:6311")),
            ]);
    }

    /// <summary>Seals any plaintext as the low party would, written without the code under test.</summary>
    public static byte[] SealAsLow(byte[] plaintext, byte revision = 1)
    {
        using MeetingKeys keys = Keys();
        byte[] key = new byte[32];
        keys.DeriveHelloKey(Low, key);
        byte[] whole = new byte[4 + plaintext.Length + 16];
        byte[] nonce = new byte[12];
        byte[] associated = new byte[32];
        whole[3] = nonce[11] = revision;
        keys.Room.Write(associated);
        Low.Write(associated.AsSpan(16));
        using var cipher = new AesGcm(key, 16);
        cipher.Encrypt(nonce, plaintext, whole.AsSpan(4, plaintext.Length), whole.AsSpan(4 + plaintext.Length), associated);
        return whole;
    }

    public static byte[] Frame(this SealedSession session, FrameType type, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[body.Length + SealedSession.Overhead];
        return session.Seal(type, body, frame) == frame.Length ? frame : throw new ArgumentException("not sealed");
    }

    public static FrameError Open(this SealedSession session, ReadOnlySpan<byte> frame)
    {
        Span<byte> body = stackalloc byte[2048];
        return session.Open(frame, body, out _, out _);
    }

    public static byte[] Flipped(ReadOnlySpan<byte> bytes, int bit)
    {
        byte[] copy = bytes.ToArray();
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }
}
