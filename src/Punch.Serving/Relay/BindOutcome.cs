namespace Punch.Serving.Relay;

/// <summary>What a server made of a bind.</summary>
public enum BindOutcome
{
    /// <summary>It is no bind: not answered.</summary>
    Ignored,

    /// <summary>The sender's network is over its limit: not answered.</summary>
    Limited,

    /// <summary>400.</summary>
    Malformed,

    /// <summary>403: this server relays nothing.</summary>
    Off,

    /// <summary>403: this server stops soon.</summary>
    Draining,

    /// <summary>438: nothing is kept before the sender has shown that it gets answers.</summary>
    Challenged,

    /// <summary>401: it does not prove to know the server's password.</summary>
    Unauthenticated,

    /// <summary>437: the party has no seat in that room at this address.</summary>
    Unseated,

    /// <summary>486: two other parties are relayed, and both are in the room or were heard just now.</summary>
    Occupied,

    /// <summary>486: the network of the sender has its share.</summary>
    OverShare,

    /// <summary>486: the session has used up its volume.</summary>
    Spent,

    /// <summary>508: there is no room for another session.</summary>
    Full,

    /// <summary>The sender has given up its leg, or had none.</summary>
    Left,

    /// <summary>A leg was bound.</summary>
    Bound,

    /// <summary>The party's leg was moved to this address.</summary>
    Moved,

    /// <summary>The leg was bound to this address before.</summary>
    Kept,
}
