using Punch.Net.Forwarding;
using Punch.Protocol;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Forwards;

/// <summary>A port that listens here as a SOCKS5 proxy.</summary>
/// <param name="port">The port, which this closes.</param>
/// <param name="table">Opens the connections.</param>
/// <param name="network">Makes ports for datagrams.</param>
internal sealed class SocksPort(IListenPort port, ForwardTable table, ForwardNetwork network) : IDisposable
{
    private const int MostClients = 256;

    private readonly List<SocksClient> _clients = [];

    /// <summary>Where it listens, in words for people.</summary>
    public string Local => port.Local;

    /// <summary>Does what can be done.</summary>
    public void Turn(Instant now)
    {
        while (_clients.Count < MostClients && port.TryAccept(out NetworkEnd end)) { _clients.Add(new SocksClient(end, table, network)); }

        foreach (SocksClient client in _clients) { client.Turn(now); }

        _clients.RemoveAll(client => client.IsOver);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SocksClient client in _clients) { client.Dispose(); }

        port.Dispose();
    }
}
