using Xunit;

namespace Punch.Tests.Cli;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(Verdict.TwoWay, Requirement.TwoWay, false, false, 0)]
    [InlineData(Verdict.TwoWay, Requirement.TwoWay, true, false, 0)]
    [InlineData(Verdict.TwoWay, Requirement.OneWay, true, true, 0)]
    [InlineData(Verdict.OneWay, Requirement.OneWay, false, false, 0)]
    [InlineData(Verdict.OneWay, Requirement.OneWay, true, false, 0)]
    [InlineData(Verdict.OneWay, Requirement.TwoWay, false, false, 1)]
    [InlineData(Verdict.OneWay, Requirement.TwoWay, true, false, 130)]
    [InlineData(Verdict.OneWay, Requirement.TwoWay, false, true, 6)]
    [InlineData(Verdict.OneWay, Requirement.TwoWay, true, true, 130)]
    [InlineData(Verdict.Nothing, Requirement.TwoWay, false, false, 1)]
    [InlineData(Verdict.Nothing, Requirement.OneWay, false, false, 1)]
    [InlineData(Verdict.Nothing, Requirement.OneWay, true, false, 130)]
    public void A_session_ends_by_what_it_showed(Verdict verdict, Requirement requirement, bool isInterrupted, bool speaksOtherVersion, int exit) =>
        Assert.Equal(exit, (int)ExitCodes.Of(new SessionFinish(verdict, isInterrupted, speaksOtherVersion), requirement));
}
