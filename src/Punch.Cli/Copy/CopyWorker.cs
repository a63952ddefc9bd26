using System.Collections.Concurrent;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>
/// Runs one side of a copy on a thread of its own: disks, hashes and questions may take their time, and the path stays open.
/// </summary>
internal sealed class CopyWorker
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly ICopyMachine _machine;
    private readonly Action _onChange;
    private readonly object _gate = new();
    private readonly ConcurrentQueue<CopyResult> _results = new();
    private Thread? _thread;
    private volatile bool _hasEnded;
    private bool _isStopped;
    private int _changes;
    private long _taken;
    private CopyStatus _status = new(IsOver: false, CopyFault.None, IsFaultOfPeer: false, FirstFailure: null, default);
    private Exception? _bug;

    /// <summary>Creates one that has not begun.</summary>
    /// <param name="machine">The _machine. It is disposed of at the end.</param>
    /// <param name="onChange">Called on the thread when there is something for the loop.</param>
    public CopyWorker(ICopyMachine machine, Action onChange)
    {
        _machine = machine;
        _onChange = onChange;
        In = new BlockRing(_gate);
        Out = new BlockRing(_gate);
    }

    /// <summary>Bytes of the peer, from the loop.</summary>
    public BlockRing In { get; }

    /// <summary>Bytes for the peer, to the loop.</summary>
    public BlockRing Out { get; }

    /// <summary>How many bytes of the peer are where they belong.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>How it stands.</summary>
    public CopyStatus Status
    {
        get { lock (_gate) { return _status; } }
    }

    /// <summary>Whether the thread has ended.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Begins. It does nothing if called again.</summary>
    public void Start()
    {
        if (_thread is not null) { return; }

        _thread = new Thread(Run) { IsBackground = true, Name = "copy" };
        _thread.Start();
    }

    /// <summary>Takes the next entry that is through.</summary>
    public CopyResult? TryResult() => _results.TryDequeue(out CopyResult? result) ? result : null;

    /// <summary>Called by the loop when it has put or returned a block.</summary>
    public void Notify()
    {
        lock (_gate)
        {
            _changes++;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the thread, and waits for it a little.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.Pulse(_gate);
        }

        if (_thread is null) { _machine.Dispose(); }
        else { _thread.Join(Patience); }

        if (_bug is not null) { throw new InvalidOperationException("the copy failed", _bug); }
    }

    private void Run()
    {
        try
        {
            Work();
        }
#pragma warning disable CA1031 // The loop's thread reports it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _bug = e;
        }
        finally
        {
            _machine.Dispose();
        }

        _hasEnded = true;
        _onChange();
    }

    private void Work()
    {
        while (true)
        {
            int changes = Volatile.Read(ref _changes);
            bool hasMoved = Read() | Write();
            Publish();
            if (_machine.IsOver || (!hasMoved && !WaitForChange(changes))) { return; }
        }
    }

    private bool Read()
    {
        bool hasRead = false;
        while (In.TryTake() is { } block)
        {
            hasRead = true;
            int count = block.Rest.Length;
            _machine.Receive(block.Rest);
            In.Return(block);
            Interlocked.Add(ref _taken, count);
            _onChange();
        }

        return hasRead;
    }

    private bool Write()
    {
        if (Out.TryRent() is not { } block) { return false; }

        while (block.Room.Length >= ICopyMachine.LeastRoom && _machine.Write(block.Room) is > 0 and int count) { block.Add(count); }

        if (block.Rest.IsEmpty)
        {
            Out.Return(block);
            return false;
        }

        Out.Put(block);
        _onChange();
        return true;
    }

    private void Publish()
    {
        bool hasResult = false;
        while (_machine.TryResult(out CopyResult? result))
        {
            _results.Enqueue(result);
            hasResult = true;
        }

        var status = new CopyStatus(_machine.IsOver, _machine.Fault, _machine.IsFaultOfPeer, _machine.FirstFailure, _machine.Counts);
        lock (_gate) { _status = status; }

        if (hasResult || status.IsOver) { _onChange(); }
    }

    /// <summary>Waits until the loop has done something since; false if asked to stop.</summary>
    private bool WaitForChange(int since)
    {
        lock (_gate)
        {
            while (!_isStopped && _changes == since) { Monitor.Wait(_gate); }

            return !_isStopped;
        }
    }
}

/// <summary>How a copy stands.</summary>
/// <param name="IsOver">Whether this side has nothing more to say.</param>
/// <param name="Fault">Why the whole copy ended before its time.</param>
/// <param name="IsFaultOfPeer">Whether the peer said so.</param>
/// <param name="FirstFailure">The first entry that failed.</param>
/// <param name="Counts">How far it has come.</param>
internal sealed record CopyStatus(bool IsOver, CopyFault Fault, bool IsFaultOfPeer, CopyResult? FirstFailure, CopyCounts Counts);
