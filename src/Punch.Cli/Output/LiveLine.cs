namespace Punch.Cli.Output;

/// <summary>
/// The last line of a terminal while a command waits: what it waits for, and for how long. Each printed line replaces it. It is drawn four
/// times a second, and only on a terminal.
/// </summary>
/// <param name="terminal">The terminal; null if there is none.</param>
/// <param name="isForeground">Whether this program has the terminal now.</param>
/// <param name="clock">Measures the wait, and triggers the drawing.</param>
internal sealed class LiveLine(IByteSink? terminal, Func<bool> isForeground, TimeProvider clock) : IDisposable
{
    /// <summary>A line that is never drawn.</summary>
    public static readonly LiveLine None = new(terminal: null, () => false, TimeProvider.System);

    // A shorter wait needs no line.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly LineBuffer _line = new();
    private ITimer? _timer;
    private string? _text;
    private Func<string>? _progress;
    private long _since;
    private int _turn;
    private bool _isDrawn;
    private int _writers;
    private bool _isLineOpen;

    /// <summary>Shows what the command waits for. The time counts from here, unless it already waits for the same.</summary>
    public void Show(string text)
    {
        lock (_lock)
        {
            _progress = null;
            if (terminal is null || _text == text) { return; }

            _text = text;
            _since = clock.GetTimestamp();
            Start();
        }
    }

    /// <summary>Shows how far something has come, which is asked for again at each drawing, on another thread.</summary>
    public void Show(Func<string> progress)
    {
        lock (_lock)
        {
            _text = null;
            if (terminal is null) { return; }

            _progress = progress;
            Start();
        }
    }

    /// <summary>The wait is over.</summary>
    public void Hide()
    {
        lock (_lock)
        {
            (_text, _progress) = (null, null);
            Erase();
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>The same output, with lines that replace the live line.</summary>
    public IByteSink Under(IByteSink output) => terminal is null ? output : new Replacing(this, output);

    /// <inheritdoc/>
    public void Dispose() => Hide();

    private void Start() => _timer ??= clock.CreateTimer(static state => ((LiveLine)state!).Draw(), this, Patience, Period);

    private void Draw()
    {
        lock (_lock)
        {
            string? text = _progress?.Invoke() ?? _text;
            if (text is null || _writers > 0 || _isLineOpen || !isForeground()) { return; }

            // Without wrapping at the margin it stays one line, on any width.
            _line.Append("\r\u001b[?7l"u8).Append("|/-\\"u8.Slice(_turn++ % 4, 1)).Append(" "u8).Append(text);
            if (_progress is null && clock.GetElapsedTime(_since) is var wait && wait >= TimeSpan.FromSeconds(1))
            {
                _line.Append(", "u8).AppendWait(TimeSpan.FromSeconds(Math.Floor(wait.TotalSeconds)));
            }

            _line.Append("\u001b[K\u001b[?7h"u8).Send(terminal!);
            _isDrawn = true;
        }
    }

    private void Erase()
    {
        if (_isDrawn) { terminal!.Write("\r\u001b[K"u8); }

        _isDrawn = false;
    }

    private sealed class Replacing(LiveLine live, IByteSink output) : IByteSink
    {
        public bool IsClosed => output.IsClosed;

        public string? Error => output.Error;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            lock (live._lock)
            {
                live.Erase();
                live._writers++;
            }

            // Outside the lock: a slow reader must not block other threads.
            output.Write(bytes);
            lock (live._lock)
            {
                live._writers--;
                live._isLineOpen = bytes is [.., not (byte)'\n'];
            }
        }
    }
}
