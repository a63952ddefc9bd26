namespace Punch.Lab.Cells;

/// <summary>Which side starts first, so that its first packets find no peer. These are the three orders of the matrix.</summary>
public enum StartOrder
{
    /// <summary>At the same instant, as exactly as two processes can be.</summary>
    Together,

    /// <summary>A is started a second before B.</summary>
    AFirst,

    /// <summary>B is started a second before A.</summary>
    BFirst,
}
