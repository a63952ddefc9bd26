using Punch.Lab.Topology;

namespace Punch.Lab.Nat;

/// <summary>
/// Every kind of network at once. The first test that needs a result begins all the work, and each test waits for its own.
/// </summary>
public sealed class NatBatch : IDisposable
{
    private const int Parallel = 12;
    private readonly Lazy<Work> _work = new(Begin);

    /// <summary>The reports, one for each set of servers.</summary>
    internal Task<NatRun[]> ReportsOf(NatKind kind) => _work.Value.Reports[kind];

    /// <summary>The output of coturn's tools for a network that lets UDP pass.</summary>
    internal Task<CoturnAnswers> CoturnOf(NatKind kind) => _work.Value.Coturn[kind];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_work.IsValueCreated) { _work.Value.End(); }
    }

    private static Work Begin()
    {
        var lab = new NatLab(NatKind.All, seed: 1, loss: 0);
        NatServers[] sets = [.. NatServers.All.Where(servers => !servers.NeedsCoturn || Prerequisites.MissingForCoturn is null)];
        IReadOnlyDictionary<NatKind, Task<NatRun[]>> reports =
            LabWork.Start(NatKind.All, Parallel, kind => (NatRun[])[.. sets.Select(servers => lab.Run(kind, servers))]);

        // Together with the reports: other sockets behind the same NAT do not change them, and these tools wait long for replies that a
        // filter drops.
        NatKind[] reachable = Prerequisites.MissingForCoturn is null ? [.. NatKind.All.Where(kind => kind.Truth is not null)] : [];
        IReadOnlyDictionary<NatKind, Task<CoturnAnswers>> coturn =
            LabWork.Start(reachable, Math.Max(reachable.Length, 1), kind => CoturnAnswers.Ask(lab, kind));
        return new Work(lab, reports, coturn);
    }

    private sealed record Work(
        NatLab Lab, IReadOnlyDictionary<NatKind, Task<NatRun[]>> Reports, IReadOnlyDictionary<NatKind, Task<CoturnAnswers>> Coturn)
    {
        public void End()
        {
            foreach (IAsyncResult each in Reports.Values.Concat<IAsyncResult>(Coturn.Values)) { each.AsyncWaitHandle.WaitOne(); }

            Lab.Dispose();
        }
    }
}
