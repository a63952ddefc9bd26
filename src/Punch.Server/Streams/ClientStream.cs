using Punch.Protocol;

namespace Punch.Server.Streams;

/// <summary>A connection of a client, as long as it is served.</summary>
/// <param name="number">Its number in the machine.</param>
/// <param name="endpoint">The number of the endpoint that it came to.</param>
/// <param name="client">The address of the client, with the transport.</param>
/// <param name="end">Interrupts any wait of the connection.</param>
internal sealed class ClientStream(long number, int endpoint, TransportAddress client, CancellationTokenSource end)
{
    public long Number => number;

    public int Endpoint => endpoint;

    public TransportAddress Client => client;

    public CancellationTokenSource End => end;

    /// <summary>What is to be written to it.</summary>
    public SendQueue Queue { get; } = new();

    /// <summary>Whether the machine has ended it.</summary>
    public bool IsEnded { get; set; }
}
