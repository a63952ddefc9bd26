using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol.Copying;

/// <summary>
/// One side of a copy: bytes of the peer in, bytes for the peer out. It reads and writes files while it does so, through an interface, so
/// it has a thread of its own. After each call the caller takes all that <see cref="Write"/> and <see cref="TryResult"/> have.
/// </summary>
public interface ICopyMachine : IDisposable
{
    /// <summary>The least room that <see cref="Write"/> needs, in bytes.</summary>
    const int LeastRoom = CopyRecord.MaxLength;

    /// <summary>Whether it has nothing more to say and needs nothing more. <see cref="Fault"/> says how it went.</summary>
    bool IsOver { get; }

    /// <summary>Why the whole copy ended before its time; none where it did not.</summary>
    CopyFault Fault { get; }

    /// <summary>Whether the peer said so.</summary>
    bool IsFaultOfPeer { get; }

    /// <summary>The first thing that failed, of the whole copy or of an entry; null if all went well so far.</summary>
    CopyResult? FirstFailure { get; }

    /// <summary>How far it has come.</summary>
    CopyCounts Counts { get; }

    /// <summary>Takes in bytes of the peer: any bytes, cut anywhere. It never throws.</summary>
    void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>Writes bytes for the peer. Returns how many; 0 while it waits for the peer.</summary>
    /// <param name="buffer">Room for <see cref="LeastRoom"/> bytes or more.</param>
    int Write(Span<byte> buffer);

    /// <summary>Takes the next entry that is through.</summary>
    bool TryResult([NotNullWhen(true)] out CopyResult? result);
}

/// <summary>The bounds of a copy.</summary>
public static class CopyLimits
{
    /// <summary>The most entries that are offered and have no result yet.</summary>
    public const int Outstanding = 64;

    /// <summary>How often one entry is compared: once with the file that is there, once with an unfinished one.</summary>
    public const int Comparisons = 2;
}
