using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>Every mapping with every filtering and every port allocation (RFC 4787), for theories.</summary>
public static class NatCells
{
    public static TheoryData<Mapping, Filtering, PortAllocation> All()
    {
        var cells = new TheoryData<Mapping, Filtering, PortAllocation>();
        foreach (Mapping mapping in Enum.GetValues<Mapping>().Where(each => each != Mapping.None))
        {
            foreach (Filtering filtering in Enum.GetValues<Filtering>().Where(each => each != Filtering.None))
            {
                foreach (PortAllocation allocation in Enum.GetValues<PortAllocation>().Where(each => each != PortAllocation.Block))
                {
                    cells.Add(mapping, filtering, allocation);
                }
            }
        }

        return cells;
    }
}
