using Punch.Protocol.Stun;

namespace Punch.Protocol.Paths;

/// <summary>
/// The tokens of the newest probes. Without the key, a token cannot be predicted. A peer that names a token shows that the probe arrived at
/// its destination. So a peer cannot make this side send to a place that never got a probe (RFC 7675).
/// </summary>
internal sealed class ProbeTokens(ulong high, ulong low)
{
    /// <summary>The most tokens: some seconds of probes at the highest rate.</summary>
    public const int Size = 256;

    private readonly SipHash _hash = new(high, low);
    private readonly (ulong Token, ProbeTarget? Target, Instant At)[] _newest = new (ulong, ProbeTarget?, Instant)[Size];
    private ulong _counter;

    /// <summary>Makes a token for a probe that is sent now.</summary>
    public ulong Issue(ProbeTarget target, Instant now)
    {
        ulong token = _hash.Of(++_counter);
        token = token == 0 ? 1 : token;
        _newest[_counter % Size] = (token, target, now);
        return token;
    }

    /// <summary>Finds the target of a token, and when its probe was sent. A token counts once.</summary>
    public ProbeTarget? Redeem(ulong token, out Instant sentAt)
    {
        sentAt = default;
        for (int i = 0; token != 0 && i < Size; i++)
        {
            if (_newest[i].Token != token) { continue; }

            ProbeTarget? target = _newest[i].Target;
            sentAt = _newest[i].At;
            _newest[i] = default;
            return target;
        }

        return null;
    }
}
