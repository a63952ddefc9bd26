using Punch.Protocol.Copying;
using Punch.Tests.Stun;
using Xunit;
using static Punch.Tests.Copying.MemorySource;

namespace Punch.Tests.Copying;

/// <summary>Copies over a wire that changes bytes. PUNCH_MUTATIONS sets the number of mutations.</summary>
public sealed class CopyMutationTests
{
    private static readonly (CopyEntry Entry, byte[] Bytes)[] Files =
    [
        File("same", [1, 2, 3]), File("part", [1, 2, 3, 4]), File("other", [9]), File("d/new", new byte[100]), Folder("d"), File("empty", []),
    ];

    [Fact]
    public void No_bytes_make_either_side_throw_or_keep_files_open()
    {
        int complete = 0, violations = 0, failures = 0;
        for (long seed = 0; seed < StunMutator.Count / 50; seed++)
        {
            CopyPair pair = Run((ulong)seed, out MemorySource source, out MemoryTarget target);
            Assert.True((source.OpenFiles, target.OpenFiles) == (0, 0), $"mutation {seed}");
            if (!pair.Sender.Fault.IsNone || !pair.Receiver.Fault.IsNone) { violations++; }
            else if (pair.Receiver.FirstFailure is not null) { failures++; }
            else if (pair.Receiver.IsOver) { complete++; }
        }

        // Useful only if it meets all of these.
        Assert.True(complete > 10 && violations > 100 && failures > 10, $"{complete} {violations} {failures}");
    }

    private static CopyPair Run(ulong seed, out MemorySource source, out MemoryTarget target)
    {
        var random = new SplitMix64(seed);
        source = new MemorySource(Files);
        target = new MemoryTarget { Replaces = random.NextInt(2) == 0, Tree = { ["same"] = ([1, 2, 3], 0, 0), ["other"] = ([8], 0, 0) } };
        target.Parts["part"] = [1, 2];
        int at = random.NextInt(700);
        bool isForth = random.NextInt(2) == 0;
        int seen = 0;
        var pair = new CopyPair(source, target)
        {
            Meddler = (forth, bytes) =>
            {
                if (forth != isForth) { return; }

                for (int i = random.NextInt(3); i >= 0; i--)
                {
                    int place = at - seen + i;
                    if (place >= 0 && place < bytes.Length) { bytes[place] = Change(ref random, bytes[place]); }
                }

                seen += bytes.Length;
            },
        };
        try
        {
            return pair.Run();
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"mutation {seed}: {e}");
            throw;
        }
    }

    private static byte Change(ref SplitMix64 random, byte value) => random.NextInt(3) switch
    {
        0 => (byte)(value ^ (1 << random.NextInt(8))),
        1 => (byte)random.NextInt(12),
        _ => (byte)(random.Next() & 0xFF),
    };
}
