using System.Runtime.CompilerServices;

namespace Punch.Fuzz.Targets;

/// <summary>What reads the bytes of strangers, and what must hold for any bytes.</summary>
internal abstract class Target
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Target> All =>
    [
        new StunTarget(), new JoinTarget(), new HelloTarget(), new FrameTarget(), new MessageTarget(), new FramingTarget(), new CodeTarget(),
        new ClassicTarget(), new ServerTarget(), new HostTarget(), new MeetTarget(), new DiscoveryTarget(),
    ];

    /// <summary>Its name on the command line, and of its folder in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>How many bytes one input may cause to be allocated.</summary>
    public virtual long MaxAllocation => 64 * 1024;

    /// <summary>How many bytes an input may have. A script is long enough with a hundred steps.</summary>
    public virtual int MaxLength => Mutator.MaxLength;

    /// <summary>How much of the time it gets, next to others.</summary>
    public virtual int Share => 1;

    /// <summary>Parts that inputs are likely to need.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Inputs to begin with, besides those of the corpus.</summary>
    public virtual IEnumerable<byte[]> Seeds() => [];

    /// <summary>Takes an input; throws when something is wrong.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>Throws unless a claim holds.</summary>
    protected static void Claim(bool holds, [CallerArgumentExpression(nameof(holds))] string claim = "")
    {
        if (!holds) { throw new InvalidOperationException($"not true: {claim}"); }
    }
}
