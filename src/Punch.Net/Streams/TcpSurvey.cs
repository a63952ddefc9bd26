using Punch.Protocol;
using Punch.Protocol.Discovery;
using Punch.Protocol.Stun;

namespace Punch.Net.Streams;

/// <summary>
/// Asks servers over TCP where they see one local port (a Binding request of RFC 8489 over a connection). Two places that see the same
/// public port show that it does not depend on the destination.
/// </summary>
public static class TcpSurvey
{
    /// <summary>How long a server may take to accept and answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks the first server, and then its other address or the next server.</summary>
    /// <param name="servers">The servers, at least one. All of the family of the first one are used.</param>
    /// <param name="bind">The only local address to use; null for any.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<TcpReport> Run(IReadOnlyList<TransportAddress> servers, HostAddress? bind, CancellationToken stop)
    {
        TransportAddress[] places =
            [
                .. servers.Where(server => server.Host.IsV6 == servers[0].Host.IsV6)
                    .Select(server => server with { Transport = Transport.Tcp }),
            ];
        var report = new TcpReport { Server = places[0] };
        try
        {
            HostAddress any = places[0].Host.IsV6 ? HostAddress.AnyV6 : HostAddress.AnyV4;
            using var port = TcpPort.Open([bind ?? any], port: 0);
            (TransportAddress mapped, TransportAddress? other) = await Ask(port, places[0], stop).ConfigureAwait(false);
            report = report with { Mapped = mapped };
            TransportAddress? second = places.Length > 1 ? places[1] : other;
            if (second is not { } place) { return report; }

            (TransportAddress seen, _) = await Ask(port, place, stop).ConfigureAwait(false);
            return report with { OtherMapped = seen };
        }
        catch (Exception e) when (e is StreamException or LocalNetworkException)
        {
            return report.Mapped is null ? report with { Failure = e.Message } : report;
        }
        catch (OperationCanceledException)
        {
            return report.Mapped is null ? report with { Failure = "no reply" } : report;
        }
    }

    private static async Task<(TransportAddress Mapped, TransportAddress? Other)> Ask(
        TcpPort port, TransportAddress server, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        var request = new StreamRequest { Action = StreamAction.Open, Remote = server };
        using IMessagePipe pipe = await port.Dial(request, limit.Token).ConfigureAwait(false);
        return await Ask(pipe, server, limit.Token).ConfigureAwait(false);
    }

    /// <summary>Asks on an open stream where the server sees it.</summary>
    /// <exception cref="StreamException">The stream broke, or the reply is none.</exception>
    internal static async Task<(TransportAddress Mapped, TransportAddress? Other)> Ask(
        IMessagePipe pipe, TransportAddress server, CancellationToken stop)
    {
        byte[] buffer = new byte[StreamFraming.MaxDatagram];
        Entropy.Fill(buffer.AsSpan(0, TransactionId.Length));
        var id = TransactionId.FromBytes(buffer.AsSpan(0, TransactionId.Length));
        pipe.TryWrite(buffer.AsSpan(0, WriteRequest(id, buffer)));
        await pipe.FlushAsync(stop).ConfigureAwait(false);
        int length = await pipe.ReadAsync(buffer, stop).ConfigureAwait(false);
        return length >= 0 && Read(buffer.AsSpan(0, length), id, server) is { } reply
            ? reply
            : throw new StreamException("no STUN server answers there");
    }

    private static int WriteRequest(TransactionId id, Span<byte> buffer) =>
        StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Request, id, out StunWriter writer) ? writer.Length : 0;

    private static (TransportAddress Mapped, TransportAddress? Other)? Read(
        ReadOnlySpan<byte> bytes, TransactionId id, TransportAddress server)
    {
        bool isReply = StunMessage.Parse(bytes, out StunMessage message) == StunParseError.None
            && message.TransactionId == id && message.Class == StunClass.Success;
        if (!isReply || !message.TryGetReflexiveAddress(out TransportAddress mapped)) { return null; }

        if (message.TryGetOtherAddress(out TransportAddress other)) { return (mapped, other with { Transport = Transport.Tcp }); }

        return (mapped, message.TryGetOtherPort(out ushort otherPort) ? server with { Port = otherPort } : null);
    }
}
