using Xunit;

namespace Punch.Tests.Stun;

/// <summary>Any bytes are refused or read, within their bounds, and never throw. PUNCH_MUTATIONS sets the number of mutations.</summary>
public sealed class StunMutationTests
{
    [Fact]
    public void No_bytes_make_the_codec_throw_or_read_outside()
    {
        byte[] buffer = new byte[StunMutator.BufferLength];
        byte[] copy = new byte[StunMutator.BufferLength];
        int[] outcomes = new int[Enum.GetValues<StunParseError>().Length];
        for (long seed = 0; seed < StunMutator.Count; seed++)
        {
            int length = StunMutator.Make((ulong)seed, buffer);
            try
            {
                outcomes[(int)StunExplorer.Explore(buffer.AsSpan(0, length), copy, isThorough: seed % 16 == 0)]++;
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {seed}: {Convert.ToHexString(buffer, 0, length)}: {e}");
            }
        }

        // the mutations are useful only if they reach every refusal, and often get past them
        Assert.All(outcomes, count => Assert.NotEqual(0, count));
        Assert.True(outcomes[(int)StunParseError.None] > StunMutator.Count / 4);
    }
}
