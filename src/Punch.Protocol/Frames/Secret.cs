namespace Punch.Protocol.Frames;

/// <summary>Memory for keys that live longer than a call.</summary>
internal static class Secret
{
    /// <summary>An array that the garbage collector never moves. So wiping it wipes the only copy.</summary>
    public static byte[] Allocate(int length) => GC.AllocateArray<byte>(length, pinned: true);
}
