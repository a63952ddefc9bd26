using System.Net.Sockets;
using System.Security.Cryptography;
using Punch.Net;

namespace Punch.Cli.Failures;

/// <summary>Distinguishes a lack of system resources (descriptors, memory, threads, libraries) from a bug in punch.</summary>
internal static class SystemRefusal
{
    private const string Code = "resources";

    private const string LimitHint = "'ulimit -a' shows the limits of this shell; a container or a service has its own";

    /// <summary>The failure behind an exception; null if it is a bug.</summary>
    public static Failure? Explain(Exception exception)
    {
        if (!Chain(exception).Any(IsOfTheSystem)) { return null; }

        if (Chain(exception).OfType<LocalNetworkException>().FirstOrDefault() is { } known) { return LocalRefusal.Explain(known); }

        return Chain(exception).Any(e => e is OutOfMemoryException or ThreadStartException or InsufficientExecutionStackException)
            ? Refuse("the system gives punch no more memory or threads")
            : IsOutOfDescriptors(exception) || SystemProbe.IsOutOfDescriptors()
                ? Refuse("the system gives punch no more open files")
                : Refuse($"the system refuses something that punch needs: {Chain(exception).Last().GetType().Name}");
    }

    /// <summary>The failure when the library for encryption is missing.</summary>
    public static Failure NoLibrary() => new(ExitCode.Local, Code, "OpenSSL is missing: 'punch meet' needs libssl to seal what it sends")
    {
        Hint = "install it (Debian: libssl3, Alpine: libssl3, Fedora: openssl-libs), or use the static binary",
    };

    private static Failure Refuse(string message) => new(ExitCode.Local, Code, message) { Hint = LimitHint };

    // Parts of the runtime that need the system fail as type initializers.
    private static bool IsOfTheSystem(Exception e) => e is OutOfMemoryException or ThreadStartException or IOException or SocketException
        or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException or EntryPointNotFoundException
        or CryptographicException or InsufficientExecutionStackException or LocalNetworkException;

    private static bool IsOutOfDescriptors(Exception exception) =>
        Chain(exception).Any(e =>
            e is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } || IsOutOfDescriptors(e.HResult));

    // On Unix the code of a file exception is the error number: ENFILE or EMFILE.
    private static bool IsOutOfDescriptors(int code) => !OperatingSystem.IsWindows() && code is (23 or 24);

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException) { yield return e; }
    }
}
