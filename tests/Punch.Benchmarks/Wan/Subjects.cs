namespace Punch.Benchmarks.Wan;

/// <summary>What is measured over a wire.</summary>
internal static class Subjects
{
    // Any code will do: the server is in the namespace of the receiver, and nobody else reaches it.
    private const string Code = "7k3m-9q2p-xv4t-h8rn-5wzc";

    /// <summary>The wanted ones, <c>cubic</c> first.</summary>
    public static List<Subject> Of(WanOptions options, string? binary)
    {
        var subjects = new List<Subject>();
        if (options.Wants("cubic")) { subjects.Add(new IperfSubject("cubic")); }

        if (options.Wants("bbr") && Congestions().Contains("bbr")) { subjects.Add(new IperfSubject("bbr")); }

        if (options.Wants("punch") && binary is not null) { subjects.Add(Punch(binary)); }

        if (Own(options) is { } own) { subjects.Add(own); }

        return subjects;
    }

    /// <summary>Those that are no <c>iperf3</c>.</summary>
    public static IEnumerable<CommandSubject> Commands(WanOptions options, string? binary) => Of(options, binary).OfType<CommandSubject>();

    /// <summary>The same kinds, to join a flow that runs on the usual port.</summary>
    public static List<Subject> Joining(WanOptions options, string? binary) =>
    [
        .. options.Wants("cubic") ? [new IperfSubject("cubic", IperfSubject.UsualPort + 1)] : Array.Empty<Subject>(),
        .. options.Wants("bbr") && Congestions().Contains("bbr") ? [new IperfSubject("bbr", IperfSubject.UsualPort + 1)] : Array.Empty<Subject>(),
        .. Commands(options, binary),
    ];

    private static CommandSubject Punch(string binary)
    {
        string side = $"{binary} meet {Code} --via {Wire.Far} --pipe -q";
        return new CommandSubject(
            "`punch meet --pipe`", $"exec {side}", $"exec {side} </dev/null", $"exec {binary} serve --listen {Wire.Far} --rate-limit off");
    }

    private static CommandSubject? Own(WanOptions options) =>
        options.Wants("own") && options.Text("sender") is { } sender && options.Text("receiver") is { } receiver
            ? new CommandSubject(options.Text("name") ?? "own", sender, receiver, options.Text("server"))
            : null;

    private static string[] Congestions() =>
        File.ReadAllText("/proc/sys/net/ipv4/tcp_available_congestion_control").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
