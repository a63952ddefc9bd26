namespace Punch.Net;

/// <summary>An event that another thread sets to end a wait, in the best way of each operating system.</summary>
internal interface ISystemEvent : IDisposable
{
    /// <summary>Ends the current wait, or else the next one.</summary>
    void Set();

    /// <summary>Resets the event. It does not wait.</summary>
    void Clear();
}
