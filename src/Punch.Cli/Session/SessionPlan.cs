using Punch.Net.Addresses;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>What a session is run with, once names are resolved and sockets are bound.</summary>
/// <param name="Start">What its presenter is told.</param>
/// <param name="Target">Whom to reach.</param>
/// <param name="Hosts">This machine's addresses, where the session is to hear when they change; null otherwise.</param>
internal sealed record SessionPlan(SessionStart Start, SessionTarget Target, AddressWatch? Hosts = null);
