using Xunit;

namespace Punch.Tests.Model;

/// <summary>The search plays on in copies, so a copy has to do what the original would.</summary>
public sealed class SnapshotTests
{
    [Fact]
    public void A_copy_does_what_the_original_does_and_leaves_it_alone()
    {
        // The path is cut, 17 old parties, 0.3 s, B again, a replay, B speaks, 0.3 s, another source, 0.3 s.
        int[] sequence = [2, 3, 0, 5, 9, 11, 0, 13, 0];
        using var original = new MeddlerWorld(MeddlerWorld.Beginning.Met);
        using MeddlerWorld copy = Snapshot.Of(original);
        ulong before = original.Digest;
        List<ulong> digests = [];
        foreach (int action in sequence)
        {
            copy.Do(action);
            digests.Add(copy.Digest);
        }

        Assert.Equal(before, original.Digest);
        foreach ((int action, ulong digest) in sequence.Zip(digests))
        {
            original.Do(action);
            Assert.Equal(digest, original.Digest);
        }

        original.Finish();
        copy.Finish();
        Assert.Equal(copy.Digest, original.Digest);
        Assert.Empty(original.Breaches);
    }

    [Fact]
    public void What_is_shared_within_the_original_is_shared_within_the_copy()
    {
        var list = new List<object>();
        list.Add(list);
        list.Add((new byte[] { 1 }, "text"));

        List<object> copy = Snapshot.Of(list);

        Assert.Same(copy, copy[0]);
        (byte[] Bytes, string Text) mine = ((byte[], string))list[1], its = ((byte[], string))copy[1];
        Assert.NotSame(mine.Bytes, its.Bytes);
        Assert.Equal(mine.Bytes, its.Bytes);
    }
}
