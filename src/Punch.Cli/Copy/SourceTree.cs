using System.Globalization;
using Punch.Net.Unix;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>
/// The files and folders to send. They are looked through twice: once to know how much there is, and once more while they are sent. So
/// their number takes no memory. A link is followed if it was typed, and left out otherwise; so are pipes, sockets and devices.
/// </summary>
internal sealed class SourceTree : ICopySource
{
    /// <summary>How many left-out entries are named.</summary>
    private const int MostNamed = 10;

    private readonly Dictionary<string, string> _roots = new(StringComparer.Ordinal);
    private readonly IEnumerator<CopyEntry> _walk;

    /// <summary>Looks through what was typed.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="advise">Given what is left out.</param>
    /// <exception cref="FailureException">One cannot be read, or two have the same name.</exception>
    public SourceTree(IReadOnlyList<string> paths, Action<string> advise)
    {
        foreach (string path in paths) { AddRoot(path); }

        var left = new List<string>();
        int count = 0;
        TotalBytes = Walk(what =>
        {
            count++;
            if (left.Count < MostNamed) { left.Add(what); }
        }).Sum(entry => entry.Size);
        foreach (string what in left) { advise(what); }

        if (count > MostNamed) { advise(string.Create(CultureInfo.InvariantCulture, $"{count - MostNamed} more are left out")); }

        _walk = Walk(_ => { }).GetEnumerator();
    }

    /// <inheritdoc/>
    public long TotalBytes { get; }

    /// <inheritdoc/>
    public CopyEntry? Next() => _walk.MoveNext() ? _walk.Current : null;

    /// <inheritdoc/>
    public ISourceFile Open(CopyEntry entry)
    {
        string text = entry.Path.Text;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string path = slash < 0 ? _roots[text] : Path.Join(_roots[text[..slash]], text[(slash + 1)..]);
        return SourceFile.Open(path, followsLink: slash < 0, entry.Size, entry.ModifiedAt);
    }

    private void AddRoot(string typed)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(typed));
        string name = Path.GetFileName(full);
        if (!EntryPath.TryMake(name, out _))
        {
            throw new FailureException(Failure.Usage($"--send '{typed}' has no name to send it under"));
        }

        if (!File.Exists(full) && !Directory.Exists(full)) { throw Unreadable(typed, "no such file or directory"); }

        if (!_roots.TryAdd(name, full))
        {
            throw new FailureException(Failure.Usage($"--send has two files named '{name}'", "send them one after the other"));
        }
    }

    private IEnumerable<CopyEntry> Walk(Action<string> leaveOut)
    {
        foreach ((string name, string full) in _roots)
        {
            string real = new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
            foreach (CopyEntry entry in Walk(real, name, leaveOut)) { yield return entry; }
        }
    }

    // Not recursive: a folder may be deep.
    private static IEnumerable<CopyEntry> Walk(string root, string rootName, Action<string> leaveOut)
    {
        var open = new Stack<(CopyEntry Folder, string Path, Queue<string> Names)>();
        if (Describe(root, rootName, leaveOut) is not { } top) { yield break; }

        if (top.Kind == EntryKind.File)
        {
            yield return top;
            yield break;
        }

        open.Push((top, root, Names(root)));
        while (open.TryPeek(out (CopyEntry Folder, string Path, Queue<string> Names) folder))
        {
            if (!folder.Names.TryDequeue(out string? name))
            {
                yield return open.Pop().Folder;
                continue;
            }

            string path = Path.Join(folder.Path, name);
            if (Describe(path, $"{folder.Folder.Path.Text}/{name}", leaveOut) is not { } entry) { continue; }

            if (entry.Kind == EntryKind.Folder) { open.Push((entry, path, Names(path))); }
            else { yield return entry; }
        }
    }

    /// <summary>An entry for what is at a path; null if it is left out.</summary>
    private static CopyEntry? Describe(string path, string name, Action<string> leaveOut)
    {
        // What cannot be seen is offered, and fails when it is read: so both sides learn of it.
        FileFacts facts = Inspector.Look(path) ?? new FileFacts(FileFacts.FileType, 0, 0, 0);
        string? reason = !facts.IsFile && !facts.IsFolder ? facts.IsLink ? "a link" : "no file"
            : PartName.IsOne(Path.GetFileName(path)) ? "an unfinished file of punch"
            : null;
        if (reason is null && EntryPath.TryMake(name, out EntryPath? entry))
        {
            return new CopyEntry(facts.IsFolder ? EntryKind.Folder : EntryKind.File, entry)
            {
                Size = facts.IsFolder ? 0 : facts.Size,
                ModifiedAt = facts.ModifiedAt,
                Mode = OperatingSystem.IsWindows() ? CopyEntry.NoMode : (ushort)(facts.Mode & CopyEntry.ModeBits),
            };
        }

        leaveOut($"'{name}' is {reason ?? "too long a path"}: left out");
        return null;
    }

    private static Queue<string> Names(string folder)
    {
        try
        {
            return new Queue<string>(Directory.EnumerateFileSystemEntries(folder)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal));
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw Unreadable(folder, FileRefusal.Text(e));
        }
    }

    private static FailureException Unreadable(string path, string why) =>
        new(new Failure(ExitCode.Local, "unreadable", $"cannot read '{path}': {why}"));
}
