namespace Punch.Net;

/// <summary>Secure random bits for ids.</summary>
public static class Entropy
{
    /// <summary>The next 64 bits from the system's secure source.</summary>
    public static ulong Next() => throw new NotImplementedException();
}
