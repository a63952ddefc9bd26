using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Punch.Cli.Options;

/// <summary>What <c>--version</c> prints.</summary>
internal static class VersionText
{
    // The build puts the commit after a plus sign.
    private static readonly string[] Parts = typeof(VersionText).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2);

    /// <summary>Name and version, in one line.</summary>
    public static string Short => $"punch {Parts[0]}";

    /// <summary>The same, then the commit and the runtime, a line each.</summary>
    public static string Long => $"{Short}\ncommit {Commit}\nruntime {Runtime}";

    private static string Commit => Parts is [_, var commit] ? commit : "unknown: not built from a git clone";

    private static string Runtime =>
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {(IsNative ? "native" : "managed")}";

    // The features that tell it elsewhere are switched off in both.
    private static bool IsNative => JitInfo.GetCompiledMethodCount() == 0;
}
