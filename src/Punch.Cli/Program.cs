namespace Punch.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        Console.Out.WriteLine(args.Length);
        return 0;
    }
}
