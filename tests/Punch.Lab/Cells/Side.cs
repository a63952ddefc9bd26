using Punch.Protocol;

namespace Punch.Lab.Cells;

/// <summary>One side of a cell, with the addresses that the other side knows, for any kind of host.</summary>
/// <param name="Name">A or B.</param>
/// <param name="V4">The host's address, or that of its outermost NAT.</param>
/// <param name="V6">The host's address.</param>
internal sealed record Side(string Name, HostAddress V4, HostAddress V6)
{
    public static readonly Side A = new("A", HostAddress.Parse("203.0.113.1"), HostAddress.Parse("2001:db8:a::1"));
    public static readonly Side B = new("B", HostAddress.Parse("198.51.100.1"), HostAddress.Parse("2001:db8:b::1"));
}
