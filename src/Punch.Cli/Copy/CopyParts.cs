using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Cli.Pipe;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>Puts one side of a copy together.</summary>
internal static class CopyParts
{
    /// <summary>Opens what was asked for.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="context">Asks before a file is overwritten.</param>
    /// <param name="advise">Given what is left out.</param>
    /// <exception cref="FailureException">A file or folder cannot be used.</exception>
    public static ICopyMachine Open(CopyRequest request, CommandContext context, Action<string> advise)
    {
        if (request.Folder is not { } folder) { return new CopySender(new SourceTree(request.Sent, advise)); }

        var question = new OverwriteQuestion(context, request.Overwrites);
        return new CopyReceiver(new TargetFolder(TargetFolder.Open(folder), question.MayReplace));
    }

    /// <summary>Asks a person, if there is one, whether files may be overwritten.</summary>
    private sealed class OverwriteQuestion(CommandContext context, bool overwrites)
    {
        private readonly LineBuffer _line = new();
        private IByteSource? _input;
        private bool _mayAll = overwrites;

        public bool MayReplace(CopyEntry entry)
        {
            if (_mayAll || !context.IsInputTerminal()) { return _mayAll; }

            _input ??= context.OpenInput();
            while (true)
            {
                _line.Append("punch: overwrite "u8);
                PrintableText.Append(_line, entry.Path.Text);
                _line.Append("? [y]es, [n]o, [a]ll: "u8).Send(context.Error);
                string answer = InputLine.Read(_input)?.Trim() ?? "n";

                // The end of the line was typed: the live line may be drawn again.
                context.Error.Write([]);
                if (answer is "n" or "N" or "no") { return false; }

                _mayAll = answer is "a" or "A" or "all";
                if (_mayAll || answer is "y" or "Y" or "yes") { return true; }
            }
        }
    }
}
