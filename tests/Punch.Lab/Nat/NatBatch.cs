namespace Punch.Lab.Nat;

/// <summary>Every kind of network at once: the first test that wants an answer begins all the work, and each waits for its own.</summary>
public sealed class NatBatch : IDisposable
{
    private const int Parallel = 12;
    private readonly Lazy<(NatLab Lab, IReadOnlyDictionary<NatKind, Task<NatAnswers>> Answers)> _work = new(Begin);

    /// <summary>What was learned of a kind.</summary>
    internal Task<NatAnswers> Of(NatKind kind) => _work.Value.Answers[kind];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_work.IsValueCreated) { return; }

        foreach (Task<NatAnswers> each in _work.Value.Answers.Values) { ((IAsyncResult)each).AsyncWaitHandle.WaitOne(); }

        _work.Value.Lab.Dispose();
    }

    private static (NatLab Lab, IReadOnlyDictionary<NatKind, Task<NatAnswers>> Answers) Begin()
    {
        var lab = new NatLab(NatKind.All, seed: 1, loss: 0);
        return (lab, NatWork.Start(NatKind.All, Parallel, kind => NatAnswers.Ask(lab, kind)));
    }
}
