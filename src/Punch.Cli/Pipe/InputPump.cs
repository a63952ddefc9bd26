namespace Punch.Cli.Pipe;

/// <summary>
/// Reads a source on a thread of its own. The thread waits while its blocks are not used. So no data is lost, and the writer waits as well.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="onRead">Called on that thread after each read.</param>
internal sealed class InputPump(IByteSource source, Action onRead)
{
    private const int BlockCount = 4;

    private readonly object _gate = new();
    private readonly Queue<InputBlock> _read = new(BlockCount);
    private readonly Queue<InputBlock> _free = new(Enumerable.Range(0, BlockCount).Select(_ => new InputBlock()));
    private bool _isStarted;

    /// <summary>
    /// Why the input could not be read to its end; null if it could. It is set before the empty block that ends the input.
    /// </summary>
    public Failure? Failure { get; private set; }

    /// <summary>Begins to read. It does nothing if called again.</summary>
    public void Start()
    {
        if (_isStarted) { return; }

        _isStarted = true;
        new Thread(Run) { IsBackground = true, Name = "standard input" }.Start();
    }

    /// <summary>Takes the next block, if there is one. An empty block is the end.</summary>
    public InputBlock? TryTake()
    {
        lock (_gate) { return _read.TryDequeue(out InputBlock? block) ? block : null; }
    }

    /// <summary>Gives a used block back.</summary>
    public void Return(InputBlock block)
    {
        lock (_gate)
        {
            _free.Enqueue(block);
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        for (bool isAtEnd = false; !isAtEnd;)
        {
            InputBlock block = WaitForFree();
            isAtEnd = Fill(block) == 0;
            lock (_gate) { _read.Enqueue(block); }

            onRead();
        }
    }

    private int Fill(InputBlock block)
    {
        try
        {
            return block.Fill(source);
        }
        catch (FailureException e)
        {
            Failure = e.Failure;
            return 0;
        }
    }

    private InputBlock WaitForFree()
    {
        lock (_gate)
        {
            while (_free.Count == 0) { Monitor.Wait(_gate); }

            return _free.Dequeue();
        }
    }
}
