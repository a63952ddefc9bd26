namespace Punch.Protocol;

/// <summary>An address of this machine and its subnet.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The bits of the address that its subnet shares: 0 to 32 or 128.</param>
public readonly record struct LocalAddress(HostAddress Address, int PrefixLength);
