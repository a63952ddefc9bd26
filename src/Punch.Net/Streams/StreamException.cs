namespace Punch.Net.Streams;

/// <summary>A stream broke, or could not be opened. The message is one lower-case line for people, without a full stop.</summary>
public sealed class StreamException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the far end refused the connection, or a router that answers for it.</summary>
    public bool IsRefused { get; init; }
}
