using System.Globalization;

namespace Punch.Protocol.Copying;

/// <summary>Why an entry, or a whole copy, failed. The numbers are those on the wire.</summary>
public enum CopyCause : byte
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>The receiver could not write: a full disk, no permission, a name that its system does not know.</summary>
    WriteFailed = 1,

    /// <summary>The sender could not read.</summary>
    ReadFailed = 2,

    /// <summary>The receiver got other bytes than the sender read.</summary>
    HashMismatch = 3,

    /// <summary>The file changed while it was read.</summary>
    Changed = 4,

    /// <summary>Another file is there already, and may not be overwritten.</summary>
    Exists = 5,

    /// <summary>The sender stopped because the receiver cannot use the bytes.</summary>
    Stopped = 6,

    /// <summary>The peer named a path outside the folder.</summary>
    Outside = 7,

    /// <summary>The peer broke a rule of the copy.</summary>
    Violation = 8,

    /// <summary>The peer speaks another version of the copy.</summary>
    OtherVersion = 9,
}

/// <summary>A cause, and what the system said.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Text">
/// Words for people, at most <see cref="MaxText"/> bytes of UTF-8 on the wire. They may be the peer's: print them with care.
/// </param>
public readonly record struct CopyFault(CopyCause Cause, string Text)
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxText = 256;

    /// <summary>No fault.</summary>
    public static readonly CopyFault None = new(CopyCause.None, "");

    /// <summary>Whether nothing failed.</summary>
    public bool IsNone => Cause == CopyCause.None;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cause}: {Text}");
}

/// <summary>Carries a <see cref="CopyFault"/> from the files to the machine that copies.</summary>
/// <param name="fault">The fault.</param>
/// <param name="isFinal">Whether the next file would fail as well, as on a full disk.</param>
public sealed class CopyFaultException(CopyFault fault, bool isFinal = false) : Exception(fault.ToString())
{
    /// <summary>The fault.</summary>
    public CopyFault Fault { get; } = fault;

    /// <summary>Whether the next file would fail as well.</summary>
    public bool IsFinal { get; } = isFinal;
}
