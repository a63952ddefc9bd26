using Punch.Cli.Output;
using Punch.Protocol;

namespace Punch.Cli.Session;

/// <summary>The first few different addresses of many: strangers choose theirs, so the sample is bounded.</summary>
internal sealed class AddressSample
{
    /// <summary>How many are kept.</summary>
    public const int MaxAddresses = 3;

    private readonly List<TransportAddress> _addresses = new(MaxAddresses);
    private bool _hasMore;

    /// <summary>How many datagrams were noted.</summary>
    public long Count { get; private set; }

    /// <summary>The first address noted.</summary>
    public TransportAddress First => _addresses[0];

    /// <summary>Notes a datagram from an address.</summary>
    public void Note(TransportAddress address)
    {
        Count++;
        if (_addresses.Contains(address)) { return; }

        if (_addresses.Count < MaxAddresses) { _addresses.Add(address); }
        else { _hasMore = true; }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _addresses.Select(AddressText.Plain)) + (_hasMore ? " and others" : "");
}
