namespace Punch.Tests.Stun;

/// <summary>Reads all that a message has, and writes it again; for mutation tests and for the fuzzer.</summary>
internal static class StunExplorer
{
    private static readonly byte[] Key = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    /// <summary>Parses a datagram; throws when what is read is not true.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="copy">At least as long, and 64 bytes more.</param>
    /// <param name="isThorough">Whether it is also checked and written, which takes much longer.</param>
    public static StunParseError Explore(ReadOnlySpan<byte> datagram, Span<byte> copy, bool isThorough)
    {
        StunParseError error = StunMessage.Parse(datagram, out StunMessage message);
        ReadEverything(message);
        if (error != StunParseError.None) { return message.Length == 0 ? error : throw new InvalidOperationException("a refused message is not empty"); }

        int visible = 0;
        foreach (StunAttribute attribute in message.Attributes)
        {
            visible++;
            if (!attribute.Value.IsEmpty && !datagram.Overlaps(attribute.Value)) { throw new InvalidOperationException("a value lies outside"); }
        }

        if (4 * visible > datagram.Length - 20) { throw new InvalidOperationException("more attributes than fit"); }

        if (isThorough)
        {
            message.HasValidIntegrity(Key);
            message.HasValidIntegritySha256(Key, 16);
            WriteAgain(message, copy);
        }

        return error;
    }

    private static void ReadEverything(in StunMessage message)
    {
        Span<StunAttributeType> types = stackalloc StunAttributeType[8];
        Span<StunPasswordAlgorithm> algorithms = stackalloc StunPasswordAlgorithm[2];
        message.TryGetReflexiveAddress(out _);
        message.TryGetAlternateServer(out _);
        message.TryGetOtherAddress(out _);
        message.TryGetUsername(out _);
        message.TryGetUserhash(out _);
        message.TryGetRealm(out _);
        if (message.TryGetNonce(out ReadOnlySpan<byte> nonce)) { StunNonce.TryGetFeatures(nonce, out _); }

        message.TryGetSoftware(out _);
        message.TryGetErrorCode(out _, out _);
        message.TryGetUnknownAttributes(types, out _);
        message.TryGetPasswordAlgorithm(out _);
        message.TryGetPasswordAlgorithms(algorithms, out _);
        message.TryGetChangeRequest(out _);
        message.TryGetResponsePort(out _);
        message.TryGetOtherPort(out _);
        message.TryGetIntegrity(out _);
        message.TryGetIntegritySha256(out _);
        message.HasValidFingerprint();
        message.ListUnknown([StunAttributeType.Username], types);
    }

    /// <summary>What was read can be written, and reads the same again.</summary>
    private static void WriteAgain(in StunMessage message, Span<byte> copy)
    {
        if (!StunWriter.TryCreate(copy, message.Method, message.Class, message.TransactionId, out StunWriter writer)) { throw new InvalidOperationException("no header"); }

        foreach (StunAttribute attribute in message.Attributes)
        {
            bool isWritten = attribute.Type switch
            {
                StunAttributeType.MessageIntegrity => writer.TryWriteIntegrity(Key),
                StunAttributeType.MessageIntegritySha256 => writer.TryWriteIntegritySha256(Key),
                StunAttributeType.Fingerprint => writer.TryWriteFingerprint(),
                _ => writer.TryWrite(attribute.Type, attribute.Value),
            };
            if (!isWritten) { throw new InvalidOperationException($"{attribute.Type} was not written"); }
        }

        StunParseError error = StunMessage.Parse(writer.Message, out StunMessage again);
        if (error != StunParseError.None || again.TransactionId != message.TransactionId) { throw new InvalidOperationException($"written wrongly: {error}"); }

        StunAttributeEnumerator left = message.Attributes;
        foreach (StunAttribute right in again.Attributes)
        {
            bool isProtection = right.Type is StunAttributeType.MessageIntegrity or StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint;
            bool isSame = left.MoveNext() && left.Current.Type == right.Type && (isProtection || left.Current.Value.SequenceEqual(right.Value));
            if (!isSame) { throw new InvalidOperationException($"{right.Type} differs"); }
        }

        if (left.MoveNext()) { throw new InvalidOperationException("an attribute is missing"); }
    }
}
