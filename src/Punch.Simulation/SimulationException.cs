namespace Punch.Simulation;

/// <summary>A run failed: a machine broke a rule of <see cref="Protocol.IProtocol"/>, or a claim did not hold.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>An exception without a message.</summary>
    public SimulationException()
    {
    }

    /// <summary>An exception whose message has the fault, the seed and the transcript.</summary>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>An exception whose message has the fault, the seed and the transcript, with the machine's own exception.</summary>
    public SimulationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
