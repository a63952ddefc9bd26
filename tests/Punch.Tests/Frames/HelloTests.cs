using System.Net;
using Punch.Protocol.Candidates;
using Xunit;

namespace Punch.Tests.Frames;

public sealed class HelloTests
{
    private const string LowPublicKey =
        "ACCF0106EF858FA2D919331346805A78B58BBAD0B844E5C7892879146187DD2666ADA781BB7F111372251A8910621F634DF128AC48E381FD6EF9060731F694A4";

    private const string Plaintext =
        "01011900" + LowPublicKey + "03" + "0418A7C0A80102" + "149C41CB007107" + "0618A720010DB8000000000000000000000001" + "0000000000000000000000000000000000000000000000000000";

    [Fact]
    public void The_plaintext_is_written_to_the_byte()
    {
        byte[] buffer = [.. Enumerable.Repeat((byte)0xEE, Hello.MaxLength)];

        int length = MeetingRig.LowHello().Write(buffer);

        Assert.Equal(Plaintext, Convert.ToHexString(buffer, 0, length));
    }

    [Fact]
    public void What_was_written_reads_back()
    {
        Assert.Equal(HelloError.None, Hello.Parse(Convert.FromHexString(Plaintext), out Hello? hello));

        Assert.Equal(1, hello!.Round);
        Assert.Equal(new HelloTraits(Dependence.EndpointIndependent, Dependence.Dependent, true), hello.Traits);
        Assert.Equal(LowPublicKey, Convert.ToHexString(hello.PublicKey.Span));
        Assert.Equal(MeetingRig.LowHello().Candidates, hello.Candidates);
    }

    [Fact]
    public void A_candidate_over_TCP_has_a_kind_that_older_parties_leave_out()
    {
        var tcp = new Candidate(CandidateKind.ServerReflexive, TransportAddress.Parse("192.0.2.7:6311") with { Transport = Transport.Tcp });
        var udp = new Candidate(CandidateKind.Host, TransportAddress.Parse("192.0.2.8:6311"));
        byte[] buffer = new byte[Hello.MaxLength];
        int length = new Hello(0, default, Convert.FromHexString(LowPublicKey), [tcp, udp]).Write(buffer);

        Assert.Equal("9418A7C0000207" + "0418A7C0000208", Convert.ToHexString(buffer, 69, 14));
        Assert.Equal(HelloError.None, Hello.Parse(buffer.AsSpan(0, length), out Hello? read));
        Assert.Equal([tcp, udp], read!.Candidates);
        Assert.True((buffer[69] >> 4) > (int)CandidateKind.Relayed);
    }

    [Theory]
    [InlineData(0x00, Dependence.Unknown, Dependence.Unknown, false)]
    [InlineData(0x09, Dependence.EndpointIndependent, Dependence.Dependent, false)]
    [InlineData(0x06, Dependence.Dependent, Dependence.EndpointIndependent, false)]
    [InlineData(0x10, Dependence.Unknown, Dependence.Unknown, true)]
    [InlineData(0x0F, Dependence.Unknown, Dependence.Unknown, false)]
    [InlineData(0xE5, Dependence.EndpointIndependent, Dependence.EndpointIndependent, false)]
    public void Traits_are_read_and_what_has_no_meaning_yet_is_ignored(byte traits, Dependence mapping, Dependence filtering, bool hasNoNat) =>
        Assert.Equal(new HelloTraits(mapping, filtering, hasNoNat), Read(traits: traits).Traits);

    [Fact]
    public void Every_combination_of_traits_survives()
    {
        foreach (Dependence mapping in Enum.GetValues<Dependence>())
        {
            foreach (Dependence filtering in Enum.GetValues<Dependence>())
            {
                var traits = new HelloTraits(mapping, filtering, mapping == filtering);

                Assert.Equal(traits, HelloTraits.FromByte(traits.ToByte()));
            }
        }
    }

    [Theory]
    [InlineData("01" + "0418A7C0A80102", "Host 192.168.1.2:6311")]
    [InlineData("02" + "F418A7C0A80102" + "0418A7C0A80103", "Host 192.168.1.3:6311")] // an unknown future kind is skipped
    [InlineData("02" + "5618A720010DB8000000000000000000000001" + "4418A7C0A80103", "Relayed 192.168.1.3:6311")]
    [InlineData("02" + "0418A7C0A80102" + "0518A7C0A80103", "Host 192.168.1.2:6311")] // an unknown future family ends the list
    [InlineData("02" + "05" + "0418A7C0A80102", "")]
    [InlineData("10" + "00", "")]
    [InlineData("00" + "0418A7C0A80102", "")]
    [InlineData("03" + "2400000A000001" + "34FFFF0A000002" + "0418A7C0A80102" + "FFFF", "PeerReflexive 10.0.0.1:0, Mapped 10.0.0.2:65535, Host 192.168.1.2:6311")]
    [InlineData("01" + "060035" + "00000000000000000000FFFF7F000001", "Host 127.0.0.1:53")] // an IPv4 address cannot hide in an IPv6 one
    public void Candidates_are_read_as_far_as_this_version_knows_them(string list, string expected)
    {
        Hello hello = Read(list);

        Assert.Equal(expected, string.Join(", ", hello.Candidates.Select(candidate => $"{candidate.Kind} {candidate.Address}")));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("01" + "04")]
    [InlineData("01" + "0418A7C0A801")]
    [InlineData("01" + "0618A720010DB80000000000000000000000")]
    [InlineData("02" + "0418A7C0A80102")]
    [InlineData("02" + "0418A7C0A80102" + "F418A7C0A801")]
    [InlineData("11" + "0000000000000000000000000000000000000000")]
    [InlineData("FF" + "0000000000000000000000000000000000000000")]
    public void A_list_that_breaks_off_or_is_too_long_is_refused(string list) =>
        Assert.Equal(HelloError.Malformed, Hello.Parse(Bytes(list), out _));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Another_version_is_recognised_with_any_fields(byte version)
    {
        Assert.Equal(HelloError.OtherVersion, Hello.Parse([version], out _));
        Assert.Equal(HelloError.OtherVersion, Hello.Parse([version, 1, 2, 3], out Hello? hello));
        Assert.Null(hello);
    }

    [Fact]
    public void Every_truncation_of_a_hello_is_refused_until_only_padding_is_missing()
    {
        byte[] whole = Convert.FromHexString(Plaintext);
        const int LengthWithoutPadding = 69 + 7 + 7 + 19;
        for (int length = 0; length < whole.Length; length++)
        {
            HelloError expected = length < LengthWithoutPadding ? HelloError.Malformed : HelloError.None;

            Assert.Equal(expected, Hello.Parse(whole.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void The_most_candidates_fit_and_one_more_is_refused_on_both_sides()
    {
        Candidate[] candidates = [.. Enumerable.Range(0, Hello.MaxCandidates + 1).Select(i => new Candidate(CandidateKind.Relayed, V6(i)))];
        Hello longest = Make([.. candidates.Take(Hello.MaxCandidates)]);
        byte[] buffer = new byte[Hello.MaxLength];

        Assert.Equal(Hello.MaxLength, longest.Write(buffer));
        Assert.Equal(HelloError.None, Hello.Parse(buffer, out Hello? read));
        Assert.Equal(longest.Candidates, read!.Candidates);
        Assert.Throws<ArgumentException>(() => Make(candidates));
        buffer[68]++;
        Assert.Equal(HelloError.Malformed, Hello.Parse(buffer, out _));
    }

    [Fact]
    public void A_key_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Hello(0, default, new byte[63], []));

    [Fact]
    public void The_length_is_a_multiple_of_32_and_reveals_no_more()
    {
        byte[] buffer = new byte[Hello.MaxLength];

        Assert.Equal([96, 96, 96, 96, 128], Enumerable.Range(0, 5).Select(count => Make([.. Enumerable.Range(0, count).Select(V4Candidate)]).Write(buffer)));
    }

    private static Hello Make(Candidate[] candidates) => new(0, default, Convert.FromHexString(LowPublicKey), candidates);

    private static Candidate V4Candidate(int i) => new(CandidateKind.Host, new TransportAddress(HostAddress.FromBytes([192, 0, 2, (byte)i]), 6311));

    private static TransportAddress V6(int i) => new(HostAddress.FromIPAddress(IPAddress.Parse($"2001:db8::{i + 1:x}")), (ushort)(6311 + i));

    private static Hello Read(string list = "00", byte traits = 0)
    {
        byte[] bytes = Bytes(list);
        bytes[2] = traits;
        Assert.Equal(HelloError.None, Hello.Parse(bytes, out Hello? hello));
        return hello!;
    }

    private static byte[] Bytes(string list) => Convert.FromHexString("01000000" + LowPublicKey + list);
}
