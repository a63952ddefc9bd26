using System.Globalization;

namespace Punch.Lab.Topology;

/// <summary>
/// How long a process could have run and did not, because other processes had the processors: what the kernel counts for each of its
/// threads. A run in which that was long says nothing about punch. Every thread counts until it ends.
/// </summary>
internal sealed class ProcessorWait(int process)
{
    private readonly Dictionary<string, long> _nanoseconds = [];
    private readonly Lock _lock = new();

    /// <summary>All waits of all threads up to the last <see cref="Sample"/>.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (_lock) { return TimeSpan.FromMicroseconds(_nanoseconds.Values.Sum() / 1000); }
        }
    }

    /// <summary>Reads what the kernel has counted; nothing if the process is gone.</summary>
    public void Sample()
    {
        lock (_lock)
        {
            try
            {
                foreach (string thread in Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task")))
                {
                    // Time on a processor, time in its queue, and how often.
                    string[] counts = File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ');
                    _nanoseconds[thread] = long.Parse(counts[1], CultureInfo.InvariantCulture);
                }
            }
            catch (IOException)
            {
                // It has ended, or the thread has.
            }
        }
    }
}
