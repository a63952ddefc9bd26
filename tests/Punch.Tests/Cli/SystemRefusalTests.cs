using System.Net.Sockets;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class SystemRefusalTests
{
#pragma warning disable CA2201 // The test needs the runtime's own exception.
    public static TheoryData<Exception> Refusals =>
    [
        new OutOfMemoryException(),
        new TypeInitializationException("Socket", new IOException("too many", 24)),
        new IOException("too many", 24),
        new SocketException((int)SocketError.TooManyOpenSockets),
        new DllNotFoundException(),
        new InvalidOperationException("", new OutOfMemoryException()),
    ];
#pragma warning restore CA2201

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_of_the_system_is_not_a_bug(Exception exception) =>
        Assert.Equal((ExitCode.Local, "resources"), (SystemRefusal.Explain(exception)?.Exit, SystemRefusal.Explain(exception)?.Code));

    [Fact]
    public void A_full_table_of_descriptors_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other error numbers");
        Assert.Contains("open files", SystemRefusal.Explain(new IOException("too many", 24))!.Message);
    }

    [Fact]
    public void A_bug_is_reported_as_a_bug() => Assert.Null(SystemRefusal.Explain(new InvalidOperationException()));
}
