using Punch.Net;
using Punch.Net.Addresses;
using Xunit;

namespace Punch.Tests.Net;

public sealed class InterfaceTests
{
    [Fact]
    public void The_kernels_list_of_interfaces_is_the_runtimes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere there is only one list");

        IEnumerable<(LocalAddress, bool)> kernels = InterfaceAddress.All().Select(each => (each.Own, each.IsLoopback));
        IEnumerable<(LocalAddress, bool)> runtimes = InterfaceAddress.Portable().Select(each => (each.Own, each.IsLoopback));

        Assert.Equal(runtimes.ToHashSet(), kernels.ToHashSet());
    }

    [Fact]
    public void Loopback_is_among_the_addresses_only_where_it_counts()
    {
        IReadOnlyList<LocalAddress> with = LocalInterfaces.Addresses(LoopbackUse.Included);
        IReadOnlyList<LocalAddress> without = LocalInterfaces.Addresses(LoopbackUse.Excluded);

        Assert.Contains(new LocalAddress(HostAddress.Parse("127.0.0.1"), 8), with);
        Assert.DoesNotContain(without, own => own.Address.IsLoopback);
        Assert.DoesNotContain(with, own => own.Address.ScopeId != 0);
    }

    [Theory]
    [InlineData("127.0.0.1:9")]
    [InlineData("127.0.0.5:9")]
    [InlineData("[::1]:9")]
    [InlineData("192.0.2.1:9")]
    [InlineData("[2001:db8::1]:9")]
    public void Both_ways_to_look_a_route_up_agree(string remote)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere there is only one way");
        var to = TransportAddress.Parse(remote);

        Assert.Equal(LocalRoute.Towards(to, SocketKind.Portable), LocalRoute.Towards(to, SocketKind.Linux));
    }

    [Fact]
    public void Random_bytes_come_in_any_number()
    {
        for (int length = 1; length <= 32; length++)
        {
            byte[] first = new byte[length];
            byte[] second = new byte[length];
            Entropy.FillFromGuids(first);
            Entropy.FillFromGuids(second);

            Assert.True(length < 8 || !first.SequenceEqual(second));
        }
    }

    [Fact]
    public void Addresses_are_looked_at_once_a_second_and_those_of_bound_families_count()
    {
        TransportAddress server = TransportAddress.Parse("127.0.0.1:3478");
        var watch = new AddressWatch([server], [TransportAddress.Parse("0.0.0.0:9")], Instant.Zero);

        Assert.Equal(HostAddress.Parse("127.0.0.1"), watch.Current[0].Address);
        Assert.All(watch.Current, own => Assert.False(own.Address.IsV6));
        Assert.Equal(Instant.At(TimeSpan.FromSeconds(1)), watch.Next);
        Assert.False(watch.TryNotice(watch.Next!.Value, out _));
        Assert.Equal(Instant.At(TimeSpan.FromSeconds(2)), watch.Next);
    }
}
