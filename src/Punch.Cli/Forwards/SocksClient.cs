using Punch.Net.Forwarding;
using Punch.Protocol;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Forwards;

/// <summary>A client of a SOCKS proxy, until its connection is open or its port for datagrams ends.</summary>
/// <param name="end">The connection of the client.</param>
/// <param name="table">Opens the connections.</param>
/// <param name="network">Makes ports for datagrams.</param>
internal sealed class SocksClient(NetworkEnd end, ForwardTable table, ForwardNetwork network) : IDisposable
{
    private readonly IByteEnd _end = end.Bytes!;
    private readonly List<byte> _read = [];
    private OpenRequest _target;
    private SocksUdp? _udp;
    private Phase _phase;

    private enum Phase
    {
        Greeting,
        Request,

        /// <summary>It waits for a stream.</summary>
        Opening,

        /// <summary>It waits for the reply of the other side.</summary>
        Asked,

        /// <summary>It sends datagrams while it stays connected.</summary>
        Associated,

        /// <summary>It gets the last bytes.</summary>
        Ending,
        Over,
    }

    /// <summary>Whether nothing is left to do here.</summary>
    public bool IsOver => _phase == Phase.Over;

    /// <summary>Does what can be done.</summary>
    public void Turn(Instant now)
    {
        if (_phase == Phase.Greeting) { ReadGreeting(); }

        if (_phase == Phase.Request) { ReadRequest(); }

        if (_phase == Phase.Opening) { Open(now); }

        if (_phase == Phase.Ending && (_end.IsFinished || _end.IsBroken)) { Dispose(); }

        if (_phase == Phase.Associated) { Associate(now); }
        else if (_phase is Phase.Greeting or Phase.Request && _end.IsAtEnd) { Dispose(); }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _phase = Phase.Over;
        _udp?.Dispose();
        _end.Dispose();
    }

    private void ReadGreeting()
    {
        ReadOnlySpan<byte> bytes = Gather();
        ReadOutcome outcome = SocksMessages.ReadGreeting(bytes, out byte[] reply, out int length);
        if (outcome == ReadOutcome.Incomplete) { return; }

        _end.Write(reply);
        if (outcome == ReadOutcome.Broken) { End(); }
        else { Advance(length, Phase.Request); }
    }

    private void ReadRequest()
    {
        ReadOutcome outcome = SocksMessages.ReadRequest(Gather(), out SocksCommand command, out _target, out int length);
        if (outcome == ReadOutcome.Incomplete) { return; }

        if (outcome == ReadOutcome.Broken || command is not (SocksCommand.Connect or SocksCommand.UdpAssociate))
        {
            _end.Write(SocksMessages.Reply(SocksMessages.CommandNotSupported));
            End();
            return;
        }

        Advance(length, command == SocksCommand.Connect ? Phase.Opening : Phase.Associated);
    }

    private void Open(Instant now)
    {
        if (table.TryOpen(end, _target, Hear, now)) { _phase = Phase.Asked; }
    }

    private void Hear(OpenReply reply)
    {
        _end.Write(SocksMessages.Reply(SocksMessages.CodeOf(reply.Status)));

        // An open connection has the end from now on.
        if (reply.Status == OpenStatus.Done) { _phase = Phase.Over; }
        else { End(); }
    }

    private void Associate(Instant now)
    {
        if (_udp is null)
        {
            _udp = SocksUdp.TryOpen(table, network);
            _end.Write(_udp is null ? SocksMessages.Reply(SocksMessages.CodeOf(OpenStatus.Failed)) : SocksMessages.Reply(0, _udp.Port));
        }

        _udp?.Turn(now);
        if (_udp is null || _end.IsAtEnd || _end.IsBroken) { End(); }
    }

    // All bytes that came so far, of this message and behind it.
    private ReadOnlySpan<byte> Gather()
    {
        while (_read.Count < SocksMessages.MaxLength && _end.Peek() is { IsEmpty: false } bytes)
        {
            // One at a time, so that no byte behind the handshake is taken.
            _read.Add(bytes[0]);
            _end.Use(1);
            if (IsWhole) { break; }
        }

        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_read);
    }

    private bool IsWhole
    {
        get
        {
            ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_read);
            return _phase == Phase.Greeting
                ? SocksMessages.ReadGreeting(bytes, out _, out _) != ReadOutcome.Incomplete
                : SocksMessages.ReadRequest(bytes, out _, out _, out _) != ReadOutcome.Incomplete;
        }
    }

    private void Advance(int length, Phase next)
    {
        _read.RemoveRange(0, length);
        _phase = next;
    }

    private void End()
    {
        _phase = Phase.Ending;
        _udp?.Dispose();
        _end.Finish();
    }
}
