using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>The address of the main socket that one place saw.</summary>
/// <param name="Server">The place.</param>
/// <param name="Mapped">The address that it saw.</param>
internal readonly record struct MappingSample(TransportAddress Server, TransportAddress Mapped);

/// <summary>
/// Infers the mapping from what several places saw of one socket: RFC 5780 §4.3, for any set of places and not only for one server with two
/// addresses. Two ports of one address distinguish APDM from the rest. Two addresses distinguish EIM from the rest.
/// </summary>
internal static class MappingInference
{
    /// <param name="local">The socket's local address; null if unknown.</param>
    /// <param name="samples">The observations.</param>
    public static Finding<Mapping> Infer(TransportAddress? local, IReadOnlyList<MappingSample> samples)
    {
        if (samples.Count == 0) { return Finding.Unknown<Mapping>(UnknownReason.NoAnswer); }

        bool isConstant = samples.All(sample => sample.Mapped == samples[0].Mapped);
        if (isConstant && local == samples[0].Mapped) { return Finding.Known(Mapping.None); }

        Finding<Mapping> translated = InferTranslated(samples);
        bool mayBeNone = isConstant && local is null;
        return mayBeNone
            ? Finding.OneOf(UnknownReason.LocalAddressUnknown, [Mapping.None, .. translated.Candidates])
            : translated;
    }

    private static Finding<Mapping> InferTranslated(IReadOnlyList<MappingSample> samples)
    {
        Comparison acrossPorts = Compare(samples, (a, b) => a.Host == b.Host && a.Port != b.Port);
        Comparison acrossHosts = Compare(samples, (a, b) => a.Host != b.Host);
        return (acrossPorts, acrossHosts) switch
        {
            (Comparison.Differs, _) => Finding.Known(Mapping.AddressAndPortDependent),
            (Comparison.Equal, Comparison.Differs) => Finding.Known(Mapping.AddressDependent),
            (_, Comparison.Equal) => Finding.Known(Mapping.EndpointIndependent),
            (Comparison.None, Comparison.Differs) => Finding.OneOf(
                UnknownReason.OneServerPort, Mapping.AddressDependent, Mapping.AddressAndPortDependent),
            (Comparison.Equal, Comparison.None) => Finding.OneOf(
                UnknownReason.OneServerAddress, Mapping.EndpointIndependent, Mapping.AddressDependent),
            _ => Finding.OneOf(
                UnknownReason.OneServerAddress,
                Mapping.EndpointIndependent,
                Mapping.AddressDependent,
                Mapping.AddressAndPortDependent),
        };
    }

    private enum Comparison
    {
        /// <summary>There was no such pair of places.</summary>
        None,

        /// <summary>All such pairs saw the same mapping.</summary>
        Equal,

        /// <summary>Some pair saw different mappings.</summary>
        Differs,
    }

    private static Comparison Compare(IReadOnlyList<MappingSample> samples, Func<TransportAddress, TransportAddress, bool> isSuchPair)
    {
        Comparison result = Comparison.None;
        for (int i = 0; i < samples.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (!isSuchPair(samples[i].Server, samples[j].Server)) { continue; }

                if (samples[i].Mapped != samples[j].Mapped) { return Comparison.Differs; }

                result = Comparison.Equal;
            }
        }

        return result;
    }
}
