namespace Punch.Simulation;

/// <summary>A run went wrong: a machine broke one of the rules of <see cref="Protocol.IProtocol"/>, or a claim did not hold.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>An exception without a message.</summary>
    public SimulationException()
    {
    }

    /// <summary>An exception with what went wrong, the seed and the transcript.</summary>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with what went wrong, the seed and the transcript, and the machine's own exception.</summary>
    public SimulationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
