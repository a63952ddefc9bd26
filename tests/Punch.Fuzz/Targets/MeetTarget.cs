using Punch.Tests.Model;

namespace Punch.Fuzz.Targets;

/// <summary>
/// A session of <c>punch meet</c>, whose server and whose peer are the fuzzer's: it seals hellos and frames as the peer does, so the script
/// decides what stands in them.
/// </summary>
internal sealed class MeetTarget : Target
{
    // Server's reply with the peer, its probe, and replies to what it was asked.
    private static readonly byte[] Opening = [0, 1, 60, 0, 0, 7, 100, 3, 0, 7, 50, 4, 1, 0, 4, 1, 1, 4, 1, 2, 7, 1];

    // Key exchanges take most of the time of a short script, so they are done once.
    private readonly MeetRun[] _beginnings = [.. from isOpen in new[] { false, true } from use in Enum.GetValues<PathUse>() select Begin(use, isOpen)];

    public override string Name => "meet";

    public override long MaxAllocation => 16 << 20;

    public override int Share => 3;

    public override int MaxLength => Script.MaxLength;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[] { "2007-02-26 12:00:00 +0000 punch/1 id=0000000000000009 seq=1", " seen=0000000000000007/1 held=1us got=1", " data=1/0", " eof=1", " bye=1" }
            .Select(word => System.Text.Encoding.ASCII.GetBytes(word)),
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        byte[] text = [.. Words[0], .. Words[1], .. Words[2]];
        for (byte use = 0; use < 3; use++)
        {
            yield return
            [
                use, 0, 1, 1, 7, 203, 0, 113, 9, 0, 80, 7, 100, 3, 0, 4, 0, 3, 1, 7, 50, 4, 1, 2, 0, (byte)text.Length, .. text, 7, 200, 9, 3, 1, 2, 3, 10, 0, 7,
                255, 6, 0, 8, 5, 0, 3,
            ];
        }

        yield return [2, 1, 0, 2, 1, 1, 1, 7, 203, 0, 113, 9, 0, 80, 3, 0, 4, 3, 0, 5, 0, 7, 7, 255, 7, 255];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var script = new Script(input);
        using MeetRun run = Snapshot.Of(_beginnings[script.Byte() % _beginnings.Length]);
        run.Play(script);
    }

    private static MeetRun Begin(PathUse use, bool isOpen)
    {
        var run = new MeetRun(use);
        if (isOpen) { run.Play(new Script(Opening)); }

        return run.IsOpen == isOpen ? run : throw new InvalidOperationException("the path is not open");
    }
}
