namespace Punch.Protocol.Discovery;

/// <summary>Why a finding has more than one candidate.</summary>
public enum UnknownReason
{
    /// <summary>It has not: it is known.</summary>
    None,

    /// <summary>Nobody asked for this test.</summary>
    NotTested,

    /// <summary>No server answered at all.</summary>
    NoAnswer,

    /// <summary>Servers were asked on one address only; a server with two addresses, or a second server, would tell.</summary>
    OneServerAddress,

    /// <summary>Servers were asked on one port of each address only; a server with two ports would tell.</summary>
    OneServerPort,

    /// <summary>No server can answer from a place it was not asked at, which is what tests of the filter need.</summary>
    NoOtherSource,

    /// <summary>The server's other address or port does not answer even where no filter is in its way.</summary>
    OtherSourceSilent,

    /// <summary>The server refused to answer from elsewhere, or answered from where it was asked.</summary>
    ServerRefuses,

    /// <summary>Too few answers came to the sockets of this test.</summary>
    TooFewAnswers,

    /// <summary>The test was stopped before its end: by a deadline, or by a person.</summary>
    StoppedEarly,

    /// <summary>The address of the local interface is not known, so a NAT cannot be told from none.</summary>
    LocalAddressUnknown,

    /// <summary>The mapping changes with the destination, so the test's silence has two explanations.</summary>
    MappingVaries,

    /// <summary>Servers contradict each other, so one of them is wrong or the NAT has several public addresses.</summary>
    ServersDisagree,

    /// <summary>There is nothing to test: no NAT, or no filter.</summary>
    NotApplicable,
}
