using Punch.Benchmarks;
using Punch.Benchmarks.Streams;
using Punch.Benchmarks.Wan;

// Prints tables for people and for CI. It asserts nothing, because absolute times depend on the machine. "wan" and "streams" take minutes, and
// options of their own. So they run only alone.
string[] wanted = args.Length == 0 ? ["codec", "frames", "session", "simulator", "startup", "flood", "pipe", "stun", "rooms", "relay", "relay-memory", "sockets"] : args;
string? binary = PunchBinary.Find();
Console.WriteLine($"punch benchmarks: {Environment.ProcessorCount} processors, {Environment.OSVersion}, binary {binary ?? "not published"}");
if (args is ["wan" or "streams", .. string[] options])
{
    IEnumerable<Table> tables = args[0] == "wan" ? WanBenchmark.Run(options, binary) : StreamsBenchmark.Run(options, binary);
    try
    {
        foreach (Table table in tables) { Print(table); }
    }
    catch (ArgumentException wrong)
    {
        Console.Error.WriteLine(wrong.Message);
        Environment.ExitCode = 2;
    }

    return;
}

foreach (string name in wanted)
{
    Table table = name switch
    {
        "codec" => CodecBenchmark.Run(),
        "frames" => FrameBenchmark.Run(),
        "session" => SessionBenchmark.Run(),
        "simulator" => SimulatorBenchmark.Run(),
        "startup" => StartupBenchmark.Run(binary),
        "flood" => FloodBenchmark.Run(binary),
        "pipe" => PipeBenchmark.Run(binary),
        "stun" => StunBenchmark.Run(binary),
        "rooms" => RoomsBenchmark.Run(binary),
        "relay" => RelayBenchmark.Run(binary),
        "relay-memory" => RelayMemory.Run(binary),
        "sockets" => SocketsBenchmark.Run(),
        _ => throw new ArgumentException($"no benchmark '{name}': codec, frames, session, simulator, startup, flood, pipe, stun, rooms, relay, relay-memory, sockets; or alone: wan, streams"),
    };
    Print(table);
}

static void Print(Table table)
{
    Console.WriteLine();
    Console.WriteLine(table);
}
