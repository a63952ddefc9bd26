using System.Globalization;

namespace Punch.Benchmarks.Streams;

/// <summary>
/// Measures a large file, single lines and a slow reader over loopback, next to <c>nc</c>, <c>socat</c> and <c>ssh</c> in the same run, in a
/// network namespace of its own.
/// </summary>
internal static class StreamsBenchmark
{
    public static IEnumerable<Table> Run(string[] arguments, string? binary)
    {
        var options = new StreamsOptions(arguments);
        if (WatchedProcess.Program is null)
        {
            var none = new Table("Streams");
            none.Note("Not run: needs a C compiler.");
            yield return none;
            yield break;
        }

        OwnNetwork.Enter();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("punch-streams-");
        try
        {
            SshServer? ssh = options.Wants("ssh") ? Ssh(folder.FullName) : null;
            if (options.HasTable("bulk")) { yield return new BulkTable(options).Run(BulkSubjects(options, binary, ssh, folder.FullName)); }

            if (options.HasTable("line")) { yield return new LineTable(options).Run(LineSubjects(options, binary, ssh)); }

            if (options.HasTable("slow") && Punch(options, binary) is [_, var punch]) { yield return SlowTable.Run(punch, options); }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<StreamSubject> BulkSubjects(StreamsOptions options, string? binary, SshServer? ssh, string folder) =>
    [
        .. Netcat(options),
        .. Socat(options, folder),
        .. ssh is null ? [] : new[] { StreamSubjects.Ssh(ssh) },
        .. Punch(options, binary),
    ];

    private static List<StreamSubject> LineSubjects(StreamsOptions options, string? binary, SshServer? ssh) =>
    [
        .. Netcat(options),
        .. ssh is null ? [] : new[] { StreamSubjects.SshForward(ssh) },
        .. Punch(options, binary).Skip(1),
    ];

    private static IEnumerable<StreamSubject> Netcat(StreamsOptions options) =>
        options.Wants("nc") && Measure.IsInstalled("nc") ? [StreamSubjects.Netcat()] : [];

    private static IEnumerable<StreamSubject> Socat(StreamsOptions options, string folder)
    {
        if (!options.Wants("socat") || !Measure.IsInstalled("socat") || !Measure.IsInstalled("openssl")) { return []; }

        string certificate = Path.Combine(folder, "socat.pem");
        int exit = Measure.RunToEnd(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-keyout", certificate, "-out", certificate + ".crt");
        if (exit != 0) { throw new InvalidOperationException("openssl made no certificate"); }

        File.AppendAllText(certificate, File.ReadAllText(certificate + ".crt"));
        return [StreamSubjects.Socat(certificate)];
    }

    /// <summary>With datagrams held to an Ethernet's, and free.</summary>
    private static StreamSubject[] Punch(StreamsOptions options, string? binary) => binary is null || !options.Wants("punch")
        ? []
        : [StreamSubjects.Punch(binary, StreamSubjects.MaxDatagram, ", packets held to 1,472"), StreamSubjects.Punch(binary, "", "")];

    private static SshServer? Ssh(string folder)
    {
        if (!SshServer.IsPossible) { return null; }

        var server = new SshServer(folder);
        server.CreateKeys();
        return server;
    }

    public static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
