using System.IO.Pipes;
using System.Text;
using Punch.Cli.Output;
using Punch.Cli.Platform;
using Punch.Net.Unix;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class StandardStreamTests
{
    [Fact]
    public void A_short_write_is_continued()
    {
        var handle = new FakeHandle([new WriteResult(2), new WriteResult(0), new WriteResult(3)]);
        var stream = new StandardStream(handle);

        stream.Write("hello"u8);

        Assert.Equal("hello", handle.Text);
        Assert.False(stream.IsClosed);
    }

    [Fact]
    public void A_reader_that_went_away_closes_the_stream_without_an_error()
    {
        var handle = new FakeHandle([new WriteResult(0, IsClosed: true)]);
        var stream = new StandardStream(handle);

        stream.Write("hello"u8);
        stream.Write("again"u8);

        Assert.True(stream.IsClosed);
        Assert.Null(stream.Error);
        Assert.Equal(1, handle.Calls);
    }

    [Fact]
    public void A_full_device_is_an_error()
    {
        var stream = new StandardStream(new FakeHandle([new WriteResult(0, IsClosed: true, "no space left on the device")]));

        stream.Write("hello"u8);

        Assert.True(stream.IsClosed);
        Assert.Equal("no space left on the device", stream.Error);
    }

    [Fact]
    public void A_pipe_carries_the_bytes_until_its_reader_closes_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs file descriptors");
            return;
        }

        using var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        var stream = new StandardStream(new UnixHandle((int)writer.SafePipeHandle.DangerousGetHandle()));
        byte[] received = new byte[5];

        stream.Write("hello"u8);
        reader.ReadExactly(received);
        reader.Dispose();
        stream.Write("again"u8);

        Assert.Equal("hello"u8, received);
        Assert.True(stream.IsClosed);
        Assert.Null(stream.Error);
    }

    [Fact]
    public void A_full_device_is_explained()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("needs /dev/full");
            return;
        }

        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        var stream = new StandardStream(new UnixHandle((int)full.DangerousGetHandle()));

        stream.Write("hello"u8);

        Assert.Equal("no space left on the device", stream.Error);
    }

    [Fact]
    public void A_file_of_the_programs_own_is_never_taken_for_a_standard_stream()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs file descriptors");
            return;
        }

        using var own = File.OpenHandle(Environment.ProcessPath!);

        Assert.False(LibC.IsInheritable((int)own.DangerousGetHandle()));
        Assert.False(LibC.IsInheritable(int.MaxValue));
        Assert.True(LibC.IsInheritable(1));
    }

    [Fact]
    public void A_missing_output_does_not_stop_the_command()
    {
        var stream = new StandardStream(ClosedHandle.Instance);

        stream.Write("hello"u8);

        Assert.False(stream.IsClosed);
        Assert.Null(stream.Error);
    }

    [Fact]
    public void An_output_that_closes_stops_the_command_once()
    {
        using var stop = new CancellationTokenSource();
        int stops = 0;
        using CancellationTokenRegistration registration = stop.Token.Register(() => stops++);
        var sink = new StoppingSink(new MemorySink(maxLines: 2), stop);

        sink.Write("one\n"u8);
        Assert.False(stop.IsCancellationRequested);
        sink.Write("two\n"u8);
        sink.Write("three\n"u8);

        Assert.True(sink.IsClosed);
        Assert.Equal(1, stops);
    }

    [Fact]
    public void An_output_that_closes_after_the_command_harms_nothing()
    {
        var stop = new CancellationTokenSource();
        var sink = new StoppingSink(new MemorySink(maxLines: 1), stop);
        stop.Dispose();

        sink.Write("late\n"u8);

        Assert.True(sink.IsClosed);
    }

    private sealed class FakeHandle(WriteResult[] results) : IStandardHandle
    {
        private readonly StringBuilder _text = new();

        public int Calls { get; private set; }

        public string Text => _text.ToString();

        public bool IsTerminal() => false;

        public WriteResult Write(ReadOnlySpan<byte> bytes)
        {
            WriteResult result = results[Calls++];
            _text.Append(Encoding.UTF8.GetString(bytes[..result.Written]));
            return result;
        }
    }
}
