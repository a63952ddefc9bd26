using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Stun;

internal sealed partial class StunServerCore
{
    /// <summary>
    /// Answers a request of RFC 3489 with MAPPED-ADDRESS. SOURCE-ADDRESS and CHANGED-ADDRESS follow if there is room, by the same rule as
    /// for other requests. RESPONSE-ADDRESS is refused, because the reply would go to a third party.
    /// </summary>
    private bool TryAnswerClassic(
        ReadOnlySpan<byte> request, in TransportAddress client, int receivedOn, Span<byte> reply, out StunReply answer)
    {
        answer = default;
        Span<byte> copy = stackalloc byte[ClassicStun.MaxRequest];
        if (StunMessage.Parse(ClassicStun.Modernize(request, copy), out StunMessage message) != StunParseError.None) { return false; }

        // A client that knows fingerprints also knows the cookie, so these bytes belong to another protocol.
        if (message.HasFingerprint) { return false; }

        Route back = new(receivedOn, OtherOf(receivedOn, isBare: false), receivedOn, client);
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[MaxUnknownAttributes];
        int count = message.ListUnknown(UnderstoodByClassic, unknown);
        bool isChangeable = TryChange(message, back, out Route route);
        if (!isChangeable && count < unknown.Length) { unknown[count++] = StunAttributeType.ChangeRequest; }

        bool isWritten = count > 0
            ? TryRefuse(message, StunErrorCode.UnknownAttribute, unknown[..count], back, reply, out answer)
            : TryGrantClassic(message, route, reply, out answer);
        if (isWritten) { ClassicStun.Finish(request, reply); }

        return isWritten;
    }

    /// <summary>Obeys CHANGE-REQUEST; false, with nothing changed, if there is no second address or port for it.</summary>
    private bool TryChange(in StunMessage message, in Route back, out Route route)
    {
        route = back;
        if (!message.Has(StunAttributeType.ChangeRequest)) { return true; }

        if (!message.TryGetChangeRequest(out StunChange change)) { return false; }

        bool canChange = change == StunChange.None || HasTwoAddresses || (HasTwoPorts && (change & StunChange.Address) == 0);
        if (canChange) { route = back with { From = back.ReceivedOn ^ FlipsOf(change) }; }

        return canChange;
    }

    private bool TryGrantClassic(in StunMessage request, in Route route, Span<byte> reply, out StunReply answer)
    {
        answer = default;
        bool isStarted = StunWriter.TryCreate(reply, StunMethod.Binding, StunClass.Success, request.TransactionId, out StunWriter writer)
            && writer.TryWriteAddress(StunAttributeType.MappedAddress, route.To);
        if (!isStarted) { return false; }

        int room = RoomBeforeFingerprint(request, route.To.Host, reply.Length);
        WriteIfRoom(ref writer, StunAttributeType.SourceAddress, _endpoints[route.From], room);
        if (HasTwoAddresses) { WriteIfRoom(ref writer, StunAttributeType.ChangedAddress, _endpoints[route.Other], room); }

        answer = new StunReply(writer.Length, route.From, route.To, StunClass.Success);
        return true;
    }
}
