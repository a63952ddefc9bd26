using System.Diagnostics;
using System.Globalization;

namespace Punch.Benchmarks.Streams;

/// <summary>A file from the sender's standard input to the receiver's, which goes to /dev/null: rate, processor time and memory.</summary>
internal sealed class BulkTable(StreamsOptions options)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Closing = TimeSpan.FromMilliseconds(300);

    private readonly record struct Transfer(double Rate, Usage Sender, Usage Receiver);

    public Table Run(List<StreamSubject> subjects)
    {
        var table = new Table(
            $"{options.Bytes / 1e9:0.##} GB over loopback (median of {options.Runs}, interleaved)", "what", "GB/s", "ratio to the first line",
            "ratio to the quicker of socat and ssh", "processor, out + in, ns a byte", "ratio to `openssl speed`", "peak memory, out / in");
        double cipher = CipherNanoseconds();
        var transfers = subjects.ToDictionary(subject => subject, _ => new List<Transfer>());
        string file = WriteFile();
        try
        {
            for (int run = 0; run < options.Runs; run++)
            {
                foreach (StreamSubject subject in subjects) { transfers[subject].AddRange(Measured(subject, file)); }
            }

            AddRows(table, subjects, transfers, cipher);
            foreach (StreamSubject subject in subjects.Where(subject => subject.Is("punch"))) { table.Note(Whole(subject, file)); }
        }
        finally
        {
            File.Delete(file);
        }

        table.Note(FormattableString.Invariant($"`openssl speed -aead -bytes 1400 -evp aes-256-gcm`: {cipher:0.00} ns a byte."));
        table.Note(OwnNetwork.Note);
        return table;
    }

    private void AddRows(Table table, List<StreamSubject> subjects, Dictionary<StreamSubject, List<Transfer>> transfers, double cipher)
    {
        double first = Rate(transfers[subjects[0]]);
        double sealing = subjects.Where(subject => subject.Is("socat") || subject.Is("ssh"))
            .Select(subject => Rate(transfers[subject])).DefaultIfEmpty().Max();
        foreach (StreamSubject subject in subjects)
        {
            List<Transfer> all = transfers[subject];
            if (all.Count == 0)
            {
                table.Row(subject.Name, "failed", "-", "-", "-", "-", "-");
                continue;
            }

            double sent = Nanoseconds(all, transfer => transfer.Sender);
            double received = Nanoseconds(all, transfer => transfer.Receiver);
            table.Row(
                subject.Name, Text(Rate(all) / 1e9), Ratio(Rate(all), first), Ratio(Rate(all), sealing), $"{Text(sent)} + {Text(received)}",
                cipher == 0 ? "-" : $"{Text(sent / cipher)} + {Text(received / cipher)}",
                $"{Megabytes(all, each => each.Sender)} / {Megabytes(all, each => each.Receiver)}");
        }
    }

    private IEnumerable<Transfer> Measured(StreamSubject subject, string file)
    {
        using var ends = new StreamEnds(subject, $"<{file} >/dev/null", ">/dev/null", Longest);
        Usage? sender = ends.Sender.WaitForUsage(Longest);
        if (subject.IsServer)
        {
            double seconds = Stopwatch.GetElapsedTime(ends.SenderStarted).TotalSeconds;
            Thread.Sleep(Closing);
            ends.Receiver.Terminate();
            return Result(sender, ends.Receiver.WaitForUsage(Longest), seconds, ends.Sender.Process);
        }

        Usage? receiver = ends.Receiver.WaitForUsage(Longest);
        return Result(sender, receiver, Stopwatch.GetElapsedTime(ends.SenderStarted).TotalSeconds, ends.Sender.Process);
    }

    private IEnumerable<Transfer> Result(Usage? sender, Usage? receiver, double seconds, Process sending) =>
        sender is { } one && receiver is { } other && sending.ExitCode == 0 ? [new Transfer(options.Bytes / seconds, one, other)] : [];

    /// <summary>Whether all of it arrives, in a run that is not measured.</summary>
    private string Whole(StreamSubject subject, string file)
    {
        string script = subject.Receiver.Script.Replace("exec ", "", StringComparison.Ordinal);
        StreamSubject counting = subject with { Receiver = subject.Receiver with { Script = script } };
        using var ends = new StreamEnds(counting, $"<{file} >/dev/null", "| wc -c", Longest);
        bool isOver = ends.Sender.WaitForUsage(Longest) is not null && ends.Receiver.WaitForUsage(Longest) is not null;
        string exit = isOver ? ends.Sender.Process.ExitCode.ToString(CultureInfo.InvariantCulture) : "none";
        string counted = isOver ? ends.Receiver.Process.StandardOutput.ReadToEnd().Trim() : "0";
        double arrived = double.Parse(counted, CultureInfo.InvariantCulture) / options.Bytes;
        return FormattableString.Invariant($"{subject.Name}: {arrived:P3} arrived in a run with `wc -c`, exit code of the sender {exit}.");
    }

    private string WriteFile()
    {
        bool fits = Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > options.Bytes + 500_000_000;
        string path = Path.Combine(fits ? "/dev/shm" : Path.GetTempPath(), $"punch-streams-{Environment.ProcessId}");
        byte[] block = new byte[1_000_000];
        using FileStream stream = File.Create(path);
        for (long left = options.Bytes; left > 0; left -= block.Length) { stream.Write(block.AsSpan(0, (int)Math.Min(left, block.Length))); }

        return path;
    }

    /// <summary>What the cipher alone costs a byte; 0 without openssl.</summary>
    private static double CipherNanoseconds()
    {
        if (!Measure.IsInstalled("openssl")) { return 0; }

        using Process process = Measure.Start("openssl", "speed", "-mr", "-seconds", "2", "-aead", "-bytes", "1400", "-evp", "aes-256-gcm");
        _ = process.StandardError.ReadToEndAsync();
        string last = process.StandardOutput.ReadToEnd().Trim().Split('\n')[^1];
        process.WaitForExit();
        return 1e9 / double.Parse(last.Split(':')[^1], CultureInfo.InvariantCulture);
    }

    private double Nanoseconds(List<Transfer> all, Func<Transfer, Usage> side) =>
        Measure.Median(all.Select(transfer => side(transfer).ProcessorSeconds / options.Bytes * 1e9));

    private static double Rate(List<Transfer> all) => all.Count == 0 ? 0 : Measure.Median(all.Select(transfer => transfer.Rate));

    private static string Ratio(double rate, double to) => to == 0 ? "-" : Text(rate / to);

    private static string Megabytes(List<Transfer> all, Func<Transfer, Usage> side) => $"{all.Max(transfer => side(transfer).PeakBytes) / 1e6:0} MB";

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
