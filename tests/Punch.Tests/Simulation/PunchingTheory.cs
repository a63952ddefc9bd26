namespace Punch.Tests.Simulation;

/// <summary>The pairs of presets that hear each other if both know the other's mapping towards a third host, and both send.</summary>
internal static class PunchingTheory
{
    /// <summary>True if one packet gets through and its reply comes back, or if each side's own packets get through.</summary>
    public static bool IsPunchable(string a, string b) =>
        (Reaches(a, b) && IsAnswered(a, b)) || (Reaches(b, a) && IsAnswered(b, a)) || (Reaches(a, b) && Reaches(b, a));

    // A packet to the mapping that the server saw. A symmetric NAT has another one for the peer. A filter by port knows only the sender's
    // port that the server saw.
    private static bool Reaches(string from, string to) =>
        LetsAnybodyIn(to) || (!IsSymmetric(to) && (LetsHostIn(to) || !IsSymmetric(from)));

    // The reply comes from the endpoint that was sent to, unless the replying NAT is symmetric.
    private static bool IsAnswered(string sender, string answerer) => LetsAnybodyIn(sender) || LetsHostIn(sender) || !IsSymmetric(answerer);

    private static bool LetsAnybodyIn(string name) => name is "open" or "full-cone" or "full-cone-preserving" or "symmetric-eif";

    private static bool LetsHostIn(string name) => name is "address-restricted";

    private static bool IsSymmetric(string name) => name is "adm" || name.StartsWith("symmetric", StringComparison.Ordinal);
}
