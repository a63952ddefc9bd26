namespace Punch.Tests.Simulation;

/// <summary>Which pairs of presets hear each other when both know the other's mapping towards a third host, and both send.</summary>
internal static class PunchingTheory
{
    /// <summary>
    /// True if one packet gets through and its answer comes back, or if each side's own packets get through.
    /// </summary>
    public static bool IsPunchable(string a, string b) =>
        (Reaches(a, b) && IsAnswered(a, b)) || (Reaches(b, a) && IsAnswered(b, a)) || (Reaches(a, b) && Reaches(b, a));

    // A packet to the mapping that the server saw: a symmetric NAT has another one for the peer, and a filter by port knows only the
    // port that the server saw of the sender.
    private static bool Reaches(string from, string to) =>
        LetsAnybodyIn(to) || (!IsSymmetric(to) && (LetsHostIn(to) || !IsSymmetric(from)));

    // The answer comes from the endpoint that was sent to, unless the answering NAT is symmetric.
    private static bool IsAnswered(string sender, string answerer) => LetsAnybodyIn(sender) || LetsHostIn(sender) || !IsSymmetric(answerer);

    private static bool LetsAnybodyIn(string name) => name is "open" or "full-cone" or "full-cone-preserving" or "symmetric-eif";

    private static bool LetsHostIn(string name) => name is "address-restricted";

    private static bool IsSymmetric(string name) => name is "adm" || name.StartsWith("symmetric", StringComparison.Ordinal);
}
