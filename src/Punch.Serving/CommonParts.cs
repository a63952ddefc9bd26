using Punch.Serving.Limits;
using Punch.Serving.Rooms;

namespace Punch.Serving;

/// <summary>
/// What the machines of one server have in common: the endpoints, and the limits of each network. A network has the same limits, however
/// many threads its clients come to.
/// </summary>
internal sealed class CommonParts
{
    /// <param name="options">The secrets and limits.</param>
    public CommonParts(ServerMachineOptions options)
    {
        var keys = new KeySource(options.Key0, options.Key1);
        Options = options;
        Endpoints = ServedEndpoint.All(options);
        Gate = options.JoinLimit is { } each ? new JoinGate(each, keys) : null;
        Password = new PasswordDoor(options.Password, keys.For(KeyPurpose.PasswordGuess));
    }

    /// <summary>The options of all machines.</summary>
    public ServerMachineOptions Options { get; }

    /// <summary>The endpoints, by number.</summary>
    public ServedEndpoint[] Endpoints { get; }

    /// <summary>Limits joins and binds; null for no limit.</summary>
    public JoinGate? Gate { get; }

    /// <summary>Checks the password of joins and binds.</summary>
    public PasswordDoor Password { get; }
}
