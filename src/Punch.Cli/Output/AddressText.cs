using Punch.Protocol;

namespace Punch.Cli.Output;

/// <summary>The text of an address. It keeps the latest one, because in a flood it is always the same.</summary>
internal sealed class AddressText
{
    private TransportAddress _address;
    private string? _text;

    /// <summary><c>192.0.2.1:6311</c> or <c>[2001:db8::1]:6311</c>, also for a stream.</summary>
    public string Of(TransportAddress address)
    {
        if (_text is null || address != _address)
        {
            _address = address;
            _text = Plain(address);
        }

        return _text;
    }

    /// <summary>The text without the scheme of a stream.</summary>
    public static string Plain(TransportAddress address) => (address with { Transport = Transport.Udp }).ToString();
}
