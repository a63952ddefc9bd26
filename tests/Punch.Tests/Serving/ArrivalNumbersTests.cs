using Punch.Serving.Rooms;
using Xunit;

namespace Punch.Tests.Serving;

public sealed class ArrivalNumbersTests
{
    /// <summary>
    /// More local addresses than are distinguished. Those beyond share one number, and the system chooses the source address.
    /// </summary>
    [Fact]
    public void The_number_of_distinguished_arrivals_is_limited()
    {
        var numbers = new ArrivalNumbers();
        int[] first = [.. Enumerable.Range(0, ArrivalNumbers.Most).Select(i => numbers.Of(Way(0, i)))];

        int beyond = numbers.Of(Way(0, ArrivalNumbers.Most));

        Assert.Equal(ArrivalNumbers.Most, first.Distinct().Count());
        Assert.Equal(first[5], numbers.Of(Way(0, 5)));
        Assert.Equal(Way(0, 5), numbers[first[5]]);
        Assert.Equal(new Arrival(0, HostAddress.AnyV4), numbers[beyond]);
        Assert.Equal(beyond, numbers.Of(Way(0, ArrivalNumbers.Most + 1)));
        Assert.Equal(new Arrival(1, HostAddress.AnyV6), numbers[numbers.Of(new Arrival(1, HostAddress.Parse("2001:db8::1")))]);
    }

    private static Arrival Way(int endpoint, int i) => new(endpoint, HostAddress.FromBytes([127, 1, (byte)(i >> 8), (byte)(i & 0xFF)]));
}
