using System.Text.RegularExpressions;
using Xunit;

namespace Punch.Tests.Stun;

public sealed partial class StunRegistryTests
{
    [Fact]
    public void Attribute_names_and_numbers_are_the_registered_ones() =>
        Assert.Empty(Differences<StunAttributeType>("attributes", Dashed));

    [Fact]
    public void Method_names_and_numbers_are_the_registered_ones() =>
        Assert.Empty(Differences<StunMethod>("methods", name => name));

    [Fact]
    public void Error_names_and_numbers_are_the_registered_ones() =>
        Assert.Empty(Differences<StunErrorCode>("error-codes", Spaced));

    [Fact]
    public void Every_error_code_has_its_registered_phrase()
    {
        var registry = StunData.Registry("error-codes").ToDictionary(entry => entry.Number, entry => entry.Name);

        Assert.All(Enum.GetValues<StunErrorCode>(), code => Assert.Equal(registry[(int)code], code.Reason()));
        Assert.Equal("", ((StunErrorCode)599).Reason());
    }

    [Fact]
    public void Own_attributes_are_unregistered_and_may_be_ignored()
    {
        var registered = StunData.Registry("attributes").Select(entry => entry.Number).ToHashSet();
        StunAttributeType[] own = [OwnStunAttributes.Filler, OwnStunAttributes.OtherPort, OwnStunAttributes.DraftXorMappedAddress];

        Assert.All(own, type => Assert.DoesNotContain((int)type, registered));
        Assert.All(own, type => Assert.False(type.IsComprehensionRequired()));
    }

    [Fact]
    public void Own_methods_are_unregistered_and_keep_the_first_byte_below_four()
    {
        var registered = StunData.Registry("methods").Select(entry => entry.Number).ToHashSet();
        for (int method = (int)OwnStunMethods.First; method <= (int)OwnStunMethods.Last; method++)
        {
            Assert.DoesNotContain(method, registered);
            for (StunClass messageClass = 0; messageClass <= StunClass.Error; messageClass++)
            {
                StunWriter.TryCreate(new byte[20], (StunMethod)method, messageClass, default, out StunWriter writer);
                Assert.InRange(writer.Message[0], 0, 3); // RFC 7983: the first bytes that a shared port takes as STUN
            }
        }
    }

    /// <summary>The constants that the registry does not have with that exact name and number.</summary>
    private static IEnumerable<string> Differences<T>(string registry, Func<string, string> registered)
        where T : struct, Enum
    {
        var known = StunData.Registry(registry).ToHashSet();
        return Enum.GetValues<T>()
            .Select(value => (Convert.ToInt32(value), registered(value.ToString())))
            .Where(entry => !known.Contains(entry))
            .Select(entry => $"{entry.Item1:x4} {entry.Item2}");
    }

    /// <summary>XorMappedAddress: XOR-MAPPED-ADDRESS.</summary>
    private static string Dashed(string name) => Words().Replace(name, "-$0").ToUpperInvariant();

    /// <summary>TryAlternate: Try Alternate; the registry writes "not" and "or" small.</summary>
    private static string Spaced(string name) =>
        Words().Replace(name, " $0").Replace(" Not ", " not ", StringComparison.Ordinal).Replace(" Or ", " or ", StringComparison.Ordinal);

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Words();
}
