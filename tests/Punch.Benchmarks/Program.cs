using Punch.Benchmarks;

// Prints tables for people and for CI. It asserts nothing, because absolute times depend on the machine.
string[] wanted = args.Length == 0 ? ["codec", "frames", "session", "startup", "flood", "pipe", "stun", "rooms", "relay", "relay-memory", "sockets"] : args;
string? binary = PunchBinary.Find();
Console.WriteLine($"punch benchmarks: {Environment.ProcessorCount} processors, {Environment.OSVersion}, binary {binary ?? "not published"}");
foreach (string name in wanted)
{
    Table table = name switch
    {
        "codec" => CodecBenchmark.Run(),
        "frames" => FrameBenchmark.Run(),
        "session" => SessionBenchmark.Run(),
        "startup" => StartupBenchmark.Run(binary),
        "flood" => FloodBenchmark.Run(binary),
        "pipe" => PipeBenchmark.Run(binary),
        "stun" => StunBenchmark.Run(binary),
        "rooms" => RoomsBenchmark.Run(binary),
        "relay" => RelayBenchmark.Run(binary),
        "relay-memory" => RelayMemory.Run(),
        "sockets" => SocketsBenchmark.Run(),
        _ => throw new ArgumentException($"no benchmark '{name}': codec, frames, session, startup, flood, pipe, stun, rooms, relay, relay-memory, sockets"),
    };
    Console.WriteLine();
    Console.WriteLine(table);
}
