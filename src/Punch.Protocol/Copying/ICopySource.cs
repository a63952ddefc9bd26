namespace Punch.Protocol.Copying;

/// <summary>The files and folders that a sender has. Its calls may take long. They fail with <see cref="CopyFaultException"/>.</summary>
public interface ICopySource
{
    /// <summary>The bytes of all files, as far as they are known.</summary>
    long TotalBytes { get; }

    /// <summary>The next entry; null after the last one.</summary>
    CopyEntry? Next();

    /// <summary>Opens a file.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    ISourceFile Open(CopyEntry entry);
}

/// <summary>A file of a sender.</summary>
public interface ISourceFile : IDisposable
{
    /// <summary>Reads the next bytes; 0 at the end.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    int Read(Span<byte> buffer);

    /// <summary>Whether the file still has the size and the time that were offered.</summary>
    bool IsUnchanged();
}
