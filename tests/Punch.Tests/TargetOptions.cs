namespace Punch.Tests;

/// <summary>Changes the target of a session's options.</summary>
internal static class TargetOptions
{
    public static SessionOptions Named(this SessionOptions options, Func<SessionTarget.NamedHost, SessionTarget.NamedHost> change) =>
        options with { Target = change((SessionTarget.NamedHost)options.Target) };

    public static SessionOptions Meeting(this SessionOptions options, Func<SessionTarget.Meeting, SessionTarget.Meeting> change) =>
        options with { Target = change((SessionTarget.Meeting)options.Target) };
}
