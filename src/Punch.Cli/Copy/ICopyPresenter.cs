using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>Shows a copy. Called on the loop's thread.</summary>
internal interface ICopyPresenter
{
    /// <summary>An entry is through.</summary>
    void Show(CopyResult result);

    /// <summary>How far it has come; called each second.</summary>
    void Show(in CopyCounts counts, double bytesPerSecond);

    /// <summary>It is over, or broken off.</summary>
    void End(in CopyCounts counts);
}
