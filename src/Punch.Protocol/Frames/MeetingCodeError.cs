namespace Punch.Protocol.Frames;

/// <summary>Why a text is not a code.</summary>
public enum MeetingCodeFault
{
    /// <summary>It is a code.</summary>
    None,

    /// <summary>It has more or fewer than 20 characters.</summary>
    Length,

    /// <summary>It has a character that no code has: <c>u</c>, a sign, or a letter of another script.</summary>
    Letter,
}

/// <summary>The fault of a text that should have been a code. It does not show the rest of the text.</summary>
/// <param name="Fault">The kind of fault.</param>
/// <param name="Count">The number of valid characters: all of them, or those before <paramref name="Letter"/>.</param>
/// <param name="Letter">The invalid character; U+0000 for another fault.</param>
public readonly record struct MeetingCodeError(MeetingCodeFault Fault, int Count, char Letter);
