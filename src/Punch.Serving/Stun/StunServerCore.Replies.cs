using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Stun;

internal sealed partial class StunServerCore
{
    /// <summary>
    /// Writes a refusal: header(20) + ERROR-CODE(8) + UNKNOWN-ATTRIBUTES(4 + 2 for each, padded) + fingerprint(8 if the request has one).
    /// Each unknown attribute has at least four bytes in the request, so this is at most 12 bytes more than the request.
    /// </summary>
    private static bool TryRefuse(
        in StunMessage request, StunErrorCode code, ReadOnlySpan<StunAttributeType> unknown, in Route back, Span<byte> reply,
        out StunReply answer)
    {
        answer = default;
        bool isWritten = StunWriter.TryCreate(reply, StunMethod.Binding, StunClass.Error, request.TransactionId, out StunWriter writer)
            && writer.TryWriteErrorCode(code)
            && (unknown.IsEmpty || writer.TryWriteUnknownAttributes(unknown))
            && (!request.HasFingerprint || writer.TryWriteFingerprint());
        if (!isWritten) { return false; }

        answer = new StunReply(writer.Length, back.From, back.To, StunClass.Error);
        return true;
    }

    private bool TryGrant(in StunMessage request, in TransportAddress client, in Route route, Span<byte> reply, out StunReply answer)
    {
        answer = default;
        bool isStarted = StunWriter.TryCreate(reply, StunMethod.Binding, StunClass.Success, request.TransactionId, out StunWriter writer)
            && writer.TryWriteXorMappedAddress(client);
        if (!isStarted) { return false; }

        int room = RoomBeforeFingerprint(request, client.Host, reply.Length);
        WriteOptional(ref writer, client, route, room);
        if (request.Has(StunAttributeType.Padding)) { writer.TryWritePadding(room - writer.Length - StunAttribute.HeaderLength); }

        if (request.HasFingerprint && !writer.TryWriteFingerprint()) { return false; }

        answer = new StunReply(writer.Length, route.From, route.To, StunClass.Success);
        return true;
    }

    /// <summary>The longest reply without its fingerprint, in bytes.</summary>
    private int RoomBeforeFingerprint(in StunMessage request, in HostAddress client, int bufferLength)
    {
        int fingerprint = request.HasFingerprint ? FingerprintLength : 0;
        int room = request.Length - fingerprint;
        if (_replySize == StunReplySize.AllAddresses && HasTwoAddresses)
        {
            // header(20) + XOR-MAPPED-ADDRESS and MAPPED-ADDRESS of the client + OTHER-ADDRESS and RESPONSE-ORIGIN of the server
            int addresses = 2 * (StunAddress.AttributeLength(client) + StunAddress.AttributeLength(_endpoints[0].Host));
            room = Math.Max(room, StunMessage.HeaderLength + addresses);
        }

        return Math.Min(room, (bufferLength - fingerprint) & ~3);
    }

    /// <summary>Writes what a client can do without, the most useful first.</summary>
    private void WriteOptional(ref StunWriter writer, in TransportAddress client, in Route route, int room)
    {
        if (HasTwoAddresses)
        {
            WriteIfRoom(ref writer, StunAttributeType.OtherAddress, _endpoints[route.Other], room);
            WriteIfRoom(ref writer, StunAttributeType.ResponseOrigin, _endpoints[route.From], room);
        }
        else if (HasTwoPorts && writer.Length + StunAttribute.HeaderLength + sizeof(uint) <= room)
        {
            writer.TryWriteOtherPort(_endpoints[route.Other].Port);
        }

        WriteIfRoom(ref writer, StunAttributeType.MappedAddress, client, room);
    }

    private static void WriteIfRoom(ref StunWriter writer, StunAttributeType type, in TransportAddress address, int room)
    {
        if (writer.Length + StunAddress.AttributeLength(address.Host) <= room) { writer.TryWriteAddress(type, address); }
    }
}
