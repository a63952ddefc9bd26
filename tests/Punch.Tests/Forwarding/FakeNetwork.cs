using Punch.Protocol.Forwarding;

namespace Punch.Tests.Forwarding;

/// <summary>A network without sockets: what is connected to, and what comes, are ends that tests hold.</summary>
internal sealed class FakeNetwork : IForwardNetwork
{
    /// <summary>The ends that were connected, by their targets.</summary>
    public List<(OpenRequest Request, FakeEnd End)> Connected { get; } = [];

    /// <summary>The ports that listen.</summary>
    public List<FakePort> Ports { get; } = [];

    /// <summary>What becomes of a wish to connect.</summary>
    public Func<OpenRequest, bool, OpenStatus> Decide { get; init; } = (_, _) => OpenStatus.Done;

    public IDial Dial(in OpenRequest request, bool isOwn) => new FakeDial(this, request, Decide(request, isOwn));

    public OpenStatus Listen(in OpenRequest request, bool isOwn, out IListenPort? port)
    {
        OpenStatus status = Decide(request, isOwn);
        port = null;
        if (status != OpenStatus.Done) { return status; }

        var made = new FakePort();
        Ports.Add(made);
        port = made;
        return OpenStatus.Done;
    }

    private sealed class FakeDial(FakeNetwork network, OpenRequest request, OpenStatus status) : IDial
    {
        public bool TryTake(out NetworkEnd end)
        {
            if (status != OpenStatus.Done)
            {
                end = NetworkEnd.Without(status);
                return true;
            }

            var made = new FakeEnd();
            network.Connected.Add((request, made));
            end = new NetworkEnd(OpenStatus.Done, made, null, request.Target);
            return true;
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>A port whose connections tests make.</summary>
internal sealed class FakePort : IListenPort
{
    private readonly Queue<FakeEnd> _waiting = new();

    public int Port => 40_000;

    public string Local => "127.0.0.1:40000";

    public bool IsClosed { get; private set; }

    /// <summary>A program connects.</summary>
    public FakeEnd Connect()
    {
        var end = new FakeEnd();
        _waiting.Enqueue(end);
        return end;
    }

    public bool TryAccept(out NetworkEnd end)
    {
        bool isAccepted = _waiting.TryDequeue(out FakeEnd? made);
        end = new NetworkEnd(OpenStatus.Done, made, null, "192.0.2.9:9");
        return isAccepted;
    }

    public void Dispose() => IsClosed = true;
}

/// <summary>A connection whose program is the test.</summary>
internal sealed class FakeEnd : IByteEnd
{
    private readonly List<byte> _input = [];
    private int _used;
    private bool _isInputOver;

    /// <summary>What was written to the program.</summary>
    public List<byte> Output { get; } = [];

    /// <summary>Whether the program saw the end of its input.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>Whether the program saw a reset.</summary>
    public bool IsAborted { get; private set; }

    public bool IsClosed { get; private set; }

    public bool IsAtEnd => _isInputOver && _used == _input.Count;

    public bool HasFailed { get; private set; }

    public bool HasRoom { get; set; } = true;

    public long Queued => Output.Count;

    public long Written => Output.Count;

    public bool IsFinished => HasEnd;

    public bool IsBroken { get; private set; }

    /// <summary>The program sends bytes.</summary>
    public void Send(ReadOnlySpan<byte> bytes) => _input.AddRange(bytes);

    /// <summary>The program ends its sending, in order or by a reset.</summary>
    public void End(bool isReset = false)
    {
        _isInputOver = true;
        HasFailed = isReset;
        IsBroken = isReset;
    }

    public ReadOnlySpan<byte> Peek() => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_input)[_used..];

    public void Use(int count) => _used += count;

    public void Write(ReadOnlySpan<byte> bytes) => Output.AddRange(bytes);

    public void Finish() => HasEnd = true;

    public void Abort()
    {
        if (!IsClosed) { End(isReset: true); }

        IsAborted = true;
    }

    public void Dispose() => IsClosed = true;
}
