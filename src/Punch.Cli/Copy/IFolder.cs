using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>An open folder of a receiver. Names are those of its own entries, and no call follows a link.</summary>
internal interface IFolder : IDisposable
{
    /// <summary>Opens this folder once more.</summary>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    IFolder Again();

    /// <summary>Opens a folder in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="makes">Whether it is made if it is not there.</param>
    /// <returns>The folder; null if it is not there.</returns>
    /// <exception cref="CopyFaultException">Something else is there, or the system refuses.</exception>
    IFolder? Open(string name, bool makes);

    /// <summary>What is there; null for nothing.</summary>
    FileFacts? Look(string name);

    /// <summary>Opens a file to read it.</summary>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    SafeFileHandle OpenToRead(string name);

    /// <summary>Opens a file to read and write it, for this process alone. It is made if it is not there.</summary>
    /// <exception cref="CopyFaultException">The system refuses, or another process has it.</exception>
    SafeFileHandle OpenToWrite(string name);

    /// <summary>Renames a file. What has the new name is replaced.</summary>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    void Rename(SafeFileHandle file, string from, string to);

    /// <summary>Deletes a file, if it can be deleted.</summary>
    void Delete(string name);

    /// <summary>Gives a file the time and the mode of an entry.</summary>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    void Finish(SafeFileHandle file, CopyEntry entry);

    /// <summary>Gives this folder the time and the mode of an entry.</summary>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    void Finish(CopyEntry entry);
}
