namespace Punch.Protocol.Channels;

/// <summary>Datagrams lost in one direction.</summary>
/// <param name="Expected">Datagrams that could have arrived.</param>
/// <param name="Lost">Those of them that did not.</param>
public readonly record struct Loss(long Expected, long Lost)
{
    /// <summary>The share of lost datagrams, 0 to 1; 0 if none was expected.</summary>
    public double Rate => Expected == 0 ? 0 : (double)Lost / Expected;

    /// <summary>The sum of both.</summary>
    public static Loss operator +(Loss a, Loss b) => new(a.Expected + b.Expected, a.Lost + b.Lost);

    /// <inheritdoc cref="op_Addition"/>
    public static Loss Add(Loss left, Loss right) => left + right;
}
