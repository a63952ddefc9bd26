namespace Punch.Benchmarks.Streams;

/// <summary>A program that a subject needs to be ready before its sender starts.</summary>
/// <param name="Script">The shell command, which execs its program.</param>
/// <param name="TcpPort">The TCP port that it opens; null if it opens none.</param>
/// <param name="UdpPort">The UDP port that it opens; null if it opens none.</param>
internal sealed record Service(string Script, int? TcpPort = null, int? UdpPort = null);

/// <summary>A way to carry bytes from one process to another over loopback.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Sender">The shell command that sends its standard input.</param>
/// <param name="Receiver">Where it arrives. It writes what comes to its standard output.</param>
internal sealed record StreamSubject(string Name, string Sender, Service Receiver)
{
    /// <summary>A server that both sides need and that is not measured; null for none.</summary>
    public Service? Helper { get; init; }

    /// <summary>Whether the receiver goes on after a transfer, as a server does.</summary>
    public bool IsServer { get; init; }

    /// <summary>Whether a program is this one.</summary>
    public bool Is(string program) => Name.Contains(program, StringComparison.Ordinal);
}
