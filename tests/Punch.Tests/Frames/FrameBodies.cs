namespace Punch.Tests.Frames;

/// <summary>Bodies of frames by hand.</summary>
internal static class FrameBodies
{
    public static readonly byte[] Probe = Convert.FromHexString("0102030405060708" + "01" + "000000000000000000000000000000000000000000000000000000");

    public static readonly byte[] Answer = Convert.FromHexString("0102030405060708" + "01" + "1112131415161718" + "04" + "9C41" + "CB007107000000000000000000000000");
}
