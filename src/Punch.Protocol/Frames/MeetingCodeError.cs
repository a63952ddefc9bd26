namespace Punch.Protocol.Frames;

/// <summary>Why a text is no code.</summary>
public enum MeetingCodeFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It has more or fewer than 20 characters.</summary>
    Length,

    /// <summary>It has a character that no code has: <c>u</c>, a sign, a letter of another script.</summary>
    Letter,
}

/// <summary>What is wrong with a text that should have been a code, without telling the rest of it.</summary>
/// <param name="Fault">What kind of error.</param>
/// <param name="Count">How many characters of a code came: all of them, or those before <paramref name="Letter"/>.</param>
/// <param name="Letter">The character that no code has; U+0000 for another fault.</param>
public readonly record struct MeetingCodeError(MeetingCodeFault Fault, int Count, char Letter);
