using System.Globalization;

namespace Punch.Benchmarks.Streams;

/// <summary>
/// An OpenSSH server on a port of loopback, with keys of its own. It reads no configuration of the machine and leaves nothing there.
/// </summary>
/// <param name="folder">Where its keys go.</param>
internal sealed class SshServer(string folder)
{
    private const string Program = "/usr/sbin/sshd";

    private static readonly string[] ServerOptions =
    [
        "StrictModes=no", "UsePAM=no", "PidFile=none", "PermitRootLogin=prohibit-password", "PasswordAuthentication=no", "UseDNS=no",
        "AllowTcpForwarding=yes", "LogLevel=QUIET", "ListenAddress=127.0.0.1", "MaxStartups=100",
    ];

    private static readonly string[] ClientOptions =
    [
        "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null", "LogLevel=ERROR",
        "BatchMode=yes", "Compression=no",
    ];

    private readonly string _port = Measure.FreePort().ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether it and its client are there, and the permission to start it.</summary>
    public static bool IsPossible => File.Exists(Program) && Measure.IsInstalled("ssh") && Measure.IsInstalled("unshare") && Environment.IsPrivilegedProcess;

    /// <summary>The server. It wants /run/sshd, which it gets in a mount namespace of its own.</summary>
    public Service Service
    {
        get
        {
            string options = Options([.. ServerOptions, $"HostKey={folder}/host", $"AuthorizedKeysFile={folder}/user.pub", $"Port={_port}"]);
            string script = $"mount -t tmpfs none /run && mkdir /run/sshd && exec {Program} -D -f /dev/null {options}";
            return new Service($"exec unshare -m sh -c '{script}'", int.Parse(_port, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The client's command without a command for the server. Its last word is the destination.</summary>
    public string Client =>
        $"ssh -F /dev/null -c aes256-gcm@openssh.com -i {folder}/user {Options(ClientOptions)} -p {_port} {Environment.UserName}@127.0.0.1";

    public void CreateKeys()
    {
        foreach (string name in new[] { "host", "user" })
        {
            if (Measure.RunToEnd("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, name)) != 0)
            {
                throw new InvalidOperationException("ssh-keygen failed");
            }
        }
    }

    private static string Options(IEnumerable<string> options) => string.Join(' ', options.Select(option => $"-o {option}"));
}
