namespace Punch.Net;

/// <summary>What another thread sets to end a wait, as each operating system does it best.</summary>
internal interface ISystemEvent : IDisposable
{
    /// <summary>Ends the present wait, or else the next one.</summary>
    void Set();

    /// <summary>Forgets that it was set. Does not wait.</summary>
    void Clear();
}
