using System.Globalization;
using Punch.Cli.Forwards;
using Punch.Cli.HandOver;

namespace Punch.Cli.Commands.Meet;

/// <summary>
/// What people paste where a code belongs: the code, with what a chat put around it, or the whole line <c>punch meet CODE --via SERVER</c>
/// that the other side printed.
/// </summary>
/// <param name="Code">The words of the code.</param>
/// <param name="Server">The server of a whole line; null where there is none.</param>
/// <param name="Purpose">What a whole line says of the use of the path; null for nothing.</param>
internal sealed record PastedLine(string Code, string? Server, PathPurpose? Purpose)
{
    private const string Pipe = "--pipe";
    private const string Datagrams = "--datagrams";
    private const string Via = "--via";
    private const string ByAddress = "--at";
    private const string Listen = "--listen";
    private const string Port = "-p";

    /// <summary>The option of a side that sends files.</summary>
    public const string Send = "--send";

    /// <summary>The option of a side that receives files.</summary>
    public const string Receive = "--receive";

    /// <summary>Stands for the files of the side that pastes the line: only it knows them.</summary>
    public const string AnyPath = "PATH...";

    private static readonly char[] Quotes = ['\'', '"', '`', '\u2018', '\u2019', '\u201C', '\u201D'];

    /// <summary>Where the peer is, in a line that names no server; null for nowhere.</summary>
    public string? At { get; init; }

    /// <summary>Whether the line says to meet without a server.</summary>
    public bool IsByAddress { get; init; }

    /// <summary>The local port of a whole line; null for none.</summary>
    public ushort? LocalPort { get; init; }

    /// <summary>Takes it apart. What is not understood stays in the code, and is refused with it.</summary>
    public static PastedLine Read(string text)
    {
        List<string> words = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        int start = words.FindIndex(word => Bare(word) == "meet") + 1;
        bool isLine = start > 0 && words.Take(start - 1).All(word => Bare(word) is "punch" or "$" or "#" or ">" or "sudo");
        if (!isLine) { return new PastedLine(text.Trim().TrimEnd('.', ',', ';', '!'), null, Purpose: null); }

        string? server = null;
        var forwards = new List<(string Option, string Value)>();
        string? at = null;
        ushort? port = null;
        var code = new List<string>();
        for (int i = start; i < words.Count; i++)
        {
            if (words[i] == Via && i + 1 < words.Count) { server = Bare(words[++i]); }
            else if (words[i].StartsWith($"{Via}=", StringComparison.Ordinal)) { server = Bare(words[i][(Via.Length + 1)..]); }
            else if (words[i] == ByAddress && i + 1 < words.Count) { at = Bare(words[++i]); }
            else if (words[i] == Port && i + 1 < words.Count && IsPort(words[i + 1], out ushort number)) { (port, i) = (number, i + 1); }
            else if (ForwardOptions.Names.Contains(words[i]) && i + 1 < words.Count) { forwards.Add((words[i], Bare(words[++i]))); }
            else if (Bare(words[i]) is not (Pipe or Datagrams or Send or Receive or AnyPath or Listen)) { code.Add(words[i]); }
        }

        PathPurpose? purpose = forwards.Count > 0 ? PathPurpose.Forward(ForwardOptions.Read(forwards)) : PurposeOf(words);
        return new PastedLine(string.Join(' ', code).TrimEnd('.', ',', ';', '!'), server, purpose)
        {
            At = at,
            IsByAddress = at is not null || words.Exists(word => Bare(word) == Listen),
            LocalPort = port,
        };
    }

    private static PathPurpose? PurposeOf(List<string> words)
    {
        bool Has(string option) => words.Exists(word => Bare(word) == option);

        return Has(Pipe) ? Has(Datagrams) ? PathPurpose.Data : PathPurpose.Pipe
            : Has(Receive) ? PathPurpose.Copying(new CopyRequest { Folder = CopyRequest.CurrentFolder })
            : Has(Send) ? PathPurpose.Copying(new CopyRequest())
            : null;
    }

    private static bool IsPort(string word, out ushort port) =>
        ushort.TryParse(Bare(word), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;

    private static string Bare(string word) => word.Trim(Quotes);
}
