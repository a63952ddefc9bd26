using Punch.Benchmarks;
using Punch.Benchmarks.Wan;

// Prints tables for people and for CI. It asserts nothing, because absolute times depend on the machine. "wan" takes minutes and has options
// of its own. So it runs only alone.
string[] wanted = args.Length == 0 ? ["codec", "frames", "session", "simulator", "startup", "flood", "pipe", "stun", "rooms", "relay"] : args;
string? binary = PunchBinary.Find();
Console.WriteLine($"punch benchmarks: {Environment.ProcessorCount} processors, {Environment.OSVersion}, binary {binary ?? "not published"}");
if (args is ["wan", .. string[] options])
{
    foreach (Table table in WanBenchmark.Run(options, binary)) { Print(table); }

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
        _ => throw new ArgumentException($"no benchmark '{name}': codec, frames, session, simulator, startup, flood, pipe, stun, rooms, relay; or alone: wan"),
    };
    Print(table);
}

static void Print(Table table)
{
    Console.WriteLine();
    Console.WriteLine(table);
}
