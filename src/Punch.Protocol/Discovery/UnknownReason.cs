namespace Punch.Protocol.Discovery;

/// <summary>Why a finding has more than one candidate.</summary>
public enum UnknownReason
{
    /// <summary>There is one candidate: the finding is known.</summary>
    None,

    /// <summary>The test was not requested.</summary>
    NotTested,

    /// <summary>No server answered at all.</summary>
    NoAnswer,

    /// <summary>Servers were asked on one address only. A server with two addresses, or a second server, could answer it.</summary>
    OneServerAddress,

    /// <summary>Servers were asked on one port of each address only. A server with two ports could answer it.</summary>
    OneServerPort,

    /// <summary>No server can reply from another place than the one asked. Tests of the filter need that.</summary>
    NoOtherSource,

    /// <summary>The server's other address or port does not reply even if no filter is in its way.</summary>
    OtherSourceSilent,

    /// <summary>The server refused to reply from elsewhere, or replied from the place that was asked.</summary>
    ServerRefuses,

    /// <summary>Too few replies came to the sockets of this test.</summary>
    TooFewAnswers,

    /// <summary>A deadline or a person stopped the test before its end.</summary>
    StoppedEarly,

    /// <summary>The local interface's address is unknown, so "no NAT" cannot be distinguished from a NAT.</summary>
    LocalAddressUnknown,

    /// <summary>The mapping changes with the destination, so the test's silence has two explanations.</summary>
    MappingVaries,

    /// <summary>Servers contradict each other. One of them is wrong, or the NAT has several public addresses.</summary>
    ServersDisagree,

    /// <summary>There is nothing to test: no NAT, or no filter.</summary>
    NotApplicable,
}
