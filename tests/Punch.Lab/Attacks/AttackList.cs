namespace Punch.Lab.Attacks;

/// <summary>Every attack that a server is held to.</summary>
internal static class AttackList
{
    /// <summary>Each made anew: an attack learns while it runs.</summary>
    public static IReadOnlyList<Func<Attack>> All { get; } =
        [
            () => new RandomBytes(), () => new BindingFlood(), () => new JoinFlood(), () => new RoomHoarder(), () => new SeatThief(),
            () => new ConnectionFlood(),
        ];
}
