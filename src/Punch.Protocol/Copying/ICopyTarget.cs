namespace Punch.Protocol.Copying;

/// <summary>
/// The folder of a receiver. No call leads out of it. Calls may take long, and fail with <see cref="CopyFaultException"/>.
/// </summary>
public interface ICopyTarget
{
    /// <summary>What is at the place of an entry.</summary>
    /// <exception cref="CopyFaultException">Nothing can be there: a file or a link is where a folder must be.</exception>
    FoundEntry Look(CopyEntry entry);

    /// <summary>Opens the file that is at the place of an entry, to read it.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    ISourceFile OpenFound(CopyEntry entry);

    /// <summary>Whether what is at the place of an entry may be replaced. It may ask a person.</summary>
    bool MayReplace(CopyEntry entry);

    /// <summary>Opens the unfinished file of an entry. It is made, with its folders, if it is not there.</summary>
    /// <exception cref="CopyFaultException">It cannot be written, or another process writes it.</exception>
    ITargetFile OpenPart(CopyEntry entry);

    /// <summary>Gives the file that is at the place of an entry the time and the mode of the entry.</summary>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    void Adopt(CopyEntry entry);

    /// <summary>Makes a folder, if it is not there, and gives it the time and the mode of the entry.</summary>
    /// <exception cref="CopyFaultException">The system refuses, or something else is there.</exception>
    void MakeFolder(CopyEntry entry);
}

/// <summary>An unfinished file of a receiver. It stays when it is closed, so that a later copy can go on with it.</summary>
public interface ITargetFile : IDisposable
{
    /// <summary>Its length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads the next bytes from the beginning on; 0 at the end.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    int Read(Span<byte> buffer);

    /// <summary>Drops all bytes from an offset on. Bytes that are written follow there.</summary>
    /// <exception cref="CopyFaultException">It cannot be written.</exception>
    void Cut(long offset);

    /// <summary>Writes bytes at the end.</summary>
    /// <exception cref="CopyFaultException">It cannot be written.</exception>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Gives it its time and mode, and moves it to its place, in one step that replaces what is there.</summary>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    void Complete();

    /// <summary>Deletes it.</summary>
    void Delete();
}

/// <summary>What is at the place of an entry.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">The length of a file, in bytes.</param>
/// <param name="HasPart">Whether an unfinished file of the entry is there.</param>
public readonly record struct FoundEntry(FoundKind Kind, long Length, bool HasPart);

/// <summary>What a place holds.</summary>
public enum FoundKind
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A link, or something else that is no file.</summary>
    Other,
}
