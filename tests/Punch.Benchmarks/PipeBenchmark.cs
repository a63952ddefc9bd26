using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Punch.Benchmarks;

/// <summary>
/// Measures a file and single lines through <c>--pipe</c> over loopback, next to <c>nc -u</c>. <c>nc</c> sends 16 KiB a datagram and loses
/// what the other side does not take in time.
/// </summary>
internal static class PipeBenchmark
{
    private const int FileBytes = 100_000_000;
    private const int LineBytes = 1116;
    private const int Lines = 300;
    private const int Runs = 5;

    // OpenBSD's nc needs the address to listen for IPv4 or IPv6.
    private const string Loopback = "127.0.0.1";

    public static Table Run(string? binary)
    {
        var table = new Table("--pipe over loopback (median of 5)", "what", "100 MB in lines of 1,116 bytes, arrived", "MB a second", "a line from end to end");
        if (binary is null || !Measure.IsInstalled("nc"))
        {
            table.Note($"Not run: needs the published binary ({binary ?? "none"}) and nc.");
            return table;
        }

        string file = WriteFile();
        (string Name, Func<int, string, Ends> Start)[] subjects = [("`nc -u`", Netcat), ("`punch --pipe`", (port, input) => Punch(binary, port, input))];
        var transfers = subjects.ToDictionary(subject => subject.Name, _ => new List<(double Share, double Rate)>());
        for (int run = 0; run < Runs; run++)
        {
            foreach ((string name, Func<int, string, Ends> start) in subjects) { transfers[name].Add(Transfer(start(Port(), file))); }
        }

        foreach ((string name, Func<int, string, Ends> start) in subjects)
        {
            string share = Measure.Median(transfers[name].Select(t => t.Share)).ToString("P0", CultureInfo.InvariantCulture);
            double rate = Measure.Median(transfers[name].Select(t => t.Rate));
            table.Row(name, share, rate.ToString("F0", CultureInfo.InvariantCulture), Measure.Milliseconds(LineTime(start(Port(), "/dev/stdin"))));
        }

        File.Delete(file);
        return table;
    }

    private static int Port() => 20_000 + (int)(Stopwatch.GetTimestamp() / 1000 % 20_000);

    private static string WriteFile()
    {
        string path = Path.GetTempFileName();
        byte[] line = Encoding.ASCII.GetBytes(new string('x', LineBytes - 1) + "\n");
        using FileStream stream = File.OpenWrite(path);
        for (int written = 0; written < FileBytes; written += line.Length) { stream.Write(line); }

        return path;
    }

    private static Ends Netcat(int port, string input)
    {
        Process receiver = Start($"exec nc -u -l {Loopback} {port} </dev/null");
        if (!UdpPort.IsTakenSoon(receiver, port)) { throw new InvalidOperationException("nc did not start"); }

        return new Ends(Start($"exec nc -u -w 1 {Loopback} {port} <{input}"), receiver);
    }

    private static Ends Punch(string binary, int port, string input) => new(
        Start($"exec {binary} {Loopback} {port} -p {port + 1} --pipe -q <{input} 2>/dev/null"),
        Start($"exec {binary} {Loopback} {port + 1} -p {port} --pipe -q </dev/null 2>/dev/null"));

    private static Process Start(string script) => Process.Start(new ProcessStartInfo("sh", ["-c", script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>The share that arrived, and the rate from the first byte to the last.</summary>
    private static (double Share, double Rate) Transfer(Ends ends)
    {
        using (ends)
        {
            byte[] buffer = new byte[65_536];
            Stream stream = ends.Receiver.StandardOutput.BaseStream;
            long total = 0;
            long first = 0;
            long last = 0;
            var reading = new Thread(() =>
            {
                while (stream.Read(buffer) is > 0 and int count)
                {
                    last = Stopwatch.GetTimestamp();
                    first = first == 0 ? last : first;
                    total += count;
                }
            });
            reading.Start();
            ends.Sender.WaitForExit();
            if (!ends.Receiver.WaitForExit(500)) { ends.Receiver.Kill(); }

            reading.Join();
            return ((double)total / FileBytes, total / Stopwatch.GetElapsedTime(first, last).TotalSeconds / 1e6);
        }
    }

    /// <summary>The median time from a line written at one end to the line read at the other.</summary>
    private static double LineTime(Ends ends)
    {
        using (ends)
        {
            Stream input = ends.Sender.StandardInput.BaseStream;
            Stream output = ends.Receiver.StandardOutput.BaseStream;
            byte[] line = "a line\n"u8.ToArray();
            var times = new List<double>();
            for (int i = 0; i <= Lines; i++)
            {
                // Both ends sleep between two lines, as when a person types.
                Thread.Sleep(3);
                TimeSpan time = Measure.Time(() =>
                {
                    input.Write(line);
                    input.Flush();
                    for (int at = 0; at < line.Length; at += output.Read(line, at, line.Length - at)) { }
                });
                // The first line waits for the path.
                if (i > 0) { times.Add(time.TotalMilliseconds); }
            }

            return Measure.Median(times);
        }
    }

    private sealed record Ends(Process Sender, Process Receiver) : IDisposable
    {
        public void Dispose()
        {
            foreach (Process process in (Process[])[Sender, Receiver])
            {
                if (!process.HasExited) { process.Kill(); }

                process.Dispose();
            }
        }
    }
}
