using System.Globalization;
using Punch.Lab.Figures;
using Xunit;

namespace Punch.Lab.Attacks;

/// <summary>The published server under attack: PUNCH_ATTACK_SECONDS sets how long each lasts.</summary>
public sealed class AttackTests
{
    public static TheoryData<string> Names { get; } =
        [.. AttackList.All.Select(make => new TheoryDataRow<string>(make().Name).WithTrait("group", "attack"))];

    private static TimeSpan Duration =>
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("PUNCH_ATTACK_SECONDS") ?? "10", CultureInfo.InvariantCulture));

    [Theory]
    [MemberData(nameof(Names))]
    public void Honest_clients_are_served_while_it_lasts_and_the_server_does_not_grow(string attack)
    {
        Prerequisites.NeedPunch();
        using var run = new AttackRun(AttackList.All.Select(make => make()).Single(each => each.Name == attack), Seed.Of(attack, number: 1));

        string? failure = run.Run(Duration).Failure;

        Assert.True(failure is null, failure);
    }
}
