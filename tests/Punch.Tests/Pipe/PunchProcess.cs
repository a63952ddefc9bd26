using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Punch.Tests.Pipe;

/// <summary>The real program as a process, with its streams connected to the test.</summary>
internal sealed class PunchProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "punch.exe" : "punch");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly MemoryStream _bytes = new();
    private readonly ManualResetEventSlim _hasOutput = new();
    private readonly Task _output;
    private readonly StringBuilder _errorText = new();
    private readonly Task _error;

    private PunchProcess(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _output = Task.Run(ReadOutput);
        _error = Task.Run(ReadError);
    }

    /// <summary>Two sides on loopback that name each other.</summary>
    public static (PunchProcess A, PunchProcess B) Pair(string[] a, string[] b)
    {
        (string portA, string portB) = FreePorts();
        return (
            new PunchProcess(Program, ["127.0.0.1", portB, "-B", "127.0.0.1", "-p", portA, .. a]),
            new PunchProcess(Program, ["127.0.0.1", portA, "-B", "127.0.0.1", "-p", portB, .. b]));
    }

    /// <summary>Two sides on loopback; the first names an address that the second would not send from by itself.</summary>
    public static (PunchProcess A, PunchProcess B) PairByOtherAddress(string[] a, string[] b)
    {
        (string portA, string portB) = FreePorts();
        return (
            new PunchProcess(Program, ["127.0.0.9", portB, "-B", "127.0.0.1", "-p", portA, .. a]),
            new PunchProcess(Program, ["127.0.0.1", portA, "-p", portB, .. b]));
    }

    /// <summary>Two scripts in which <c>$PUNCH</c> is a side of a pipe.</summary>
    public static (PunchProcess A, PunchProcess B) ShellPair(string a, string b)
    {
        (string portA, string portB) = FreePorts();
        return (
            new PunchProcess("sh", "-c", a.Replace("$PUNCH", $"'{Program}' 127.0.0.1 {portB} -p {portA} --pipe -w 50", StringComparison.Ordinal)),
            new PunchProcess("sh", "-c", b.Replace("$PUNCH", $"'{Program}' 127.0.0.1 {portA} -p {portB} --pipe -w 50", StringComparison.Ordinal)));
    }

    /// <summary>Two scripts with <c>$PUNCH</c> as a side that a command can follow.</summary>
    public static (PunchProcess A, PunchProcess B) HandingPair(string a, string b)
    {
        (string portA, string portB) = FreePorts();
        return (
            new PunchProcess("sh", "-c", a.Replace("$PUNCH ", $"'{Program}' 127.0.0.1 {portB} -p {portA} -w 50 ", StringComparison.Ordinal)),
            new PunchProcess("sh", "-c", b.Replace("$PUNCH ", $"'{Program}' 127.0.0.1 {portA} -p {portB} -w 50 ", StringComparison.Ordinal)));
    }

    /// <summary>The program with these arguments.</summary>
    public static PunchProcess Start(params string[] arguments) => new(Program, arguments);

    public int Exit
    {
        get
        {
            if (!_process.WaitForExit(Patience)) { throw new TimeoutException($"still running: {Program}"); }

            return _process.ExitCode;
        }
    }

    /// <summary>All it printed, once it has closed its output.</summary>
    public byte[] Output
    {
        get
        {
            if (!_output.Wait(Patience)) { throw new TimeoutException($"still open: the output of {Program}"); }

            return _bytes.ToArray();
        }
    }

    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>All it printed on standard error, once it has closed that.</summary>
    public string Error
    {
        get
        {
            if (!_error.Wait(Patience)) { throw new TimeoutException($"still open: the errors of {Program}"); }

            return _errorText.ToString();
        }
    }

    /// <summary>Ends it at once, unless it has ended.</summary>
    public void Kill() => _process.Kill();

    public int Id => _process.Id;

    public PunchProcess Write(byte[] bytes)
    {
        _process.StandardInput.BaseStream.Write(bytes);
        _process.StandardInput.BaseStream.Flush();
        return this;
    }

    public PunchProcess End()
    {
        _process.StandardInput.Close();
        return this;
    }

    /// <summary>Waits until it has printed something.</summary>
    public void WaitForOutput()
    {
        if (!_hasOutput.Wait(Patience)) { throw new TimeoutException($"nothing printed by {Program}"); }
    }

    /// <summary>Waits until it has printed this on standard error.</summary>
    public void WaitForError(string text)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        lock (_errorText)
        {
            while (!_errorText.ToString().Contains(text, StringComparison.Ordinal))
            {
                int rest = (int)Math.Max(0, end - Environment.TickCount64);
                if (!Monitor.Wait(_errorText, rest)) { throw new TimeoutException($"not on standard error: {text}"); }
            }
        }
    }

    /// <summary>Waits until it has printed this.</summary>
    public void WaitForOutput(string text)
    {
        bool isThere = SpinWait.SpinUntil(
            () =>
            {
                lock (_bytes) { return Encoding.UTF8.GetString(_bytes.ToArray()).Contains(text, StringComparison.Ordinal); }
            },
            Patience);
        if (!isThere) { throw new TimeoutException($"not printed: {text}"); }
    }

    /// <summary>What it has printed at the first time that it printed something.</summary>
    public string FirstOutput()
    {
        WaitForOutput();
        lock (_bytes) { return Encoding.UTF8.GetString(_bytes.ToArray()); }
    }

    public void Dispose()
    {
        if (!_process.HasExited) { _process.Kill(); }

        _process.Dispose();
        _bytes.Dispose();
        _hasOutput.Dispose();
    }

    private void ReadOutput()
    {
        byte[] buffer = new byte[65_536];
        while (_process.StandardOutput.BaseStream.Read(buffer) is > 0 and int count)
        {
            lock (_bytes) { _bytes.Write(buffer, 0, count); }

            _hasOutput.Set();
        }
    }

    private void ReadError()
    {
        char[] buffer = new char[4096];
        while (_process.StandardError.Read(buffer) is > 0 and int count)
        {
            lock (_errorText)
            {
                _errorText.Append(buffer, 0, count);
                Monitor.PulseAll(_errorText);
            }
        }
    }

    private static (string A, string B) FreePorts()
    {
        using var a = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var b = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return (PortOf(a), PortOf(b));
    }

    private static string PortOf(UdpClient client) => ((IPEndPoint)client.Client.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
}
