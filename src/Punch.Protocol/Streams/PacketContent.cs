namespace Punch.Protocol.Streams;

/// <summary>What a packet carried, so that its loss can be repaired. Recovery stores it and never reads it.</summary>
internal record struct PacketContent;
