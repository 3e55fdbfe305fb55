using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Twelve bytes inside a block.</summary>
[InlineArray(12)]
internal struct Bytes12
{
    private byte _first;
}

/// <summary>Sixteen bytes inside a block.</summary>
[InlineArray(16)]
internal struct Bytes16
{
    private byte _first;
}

/// <summary>Thirty-two bytes inside a block.</summary>
[InlineArray(32)]
internal struct Bytes32
{
    private byte _first;
}

/// <summary>Sixty-four bytes inside a block.</summary>
[InlineArray(64)]
internal struct Bytes64
{
    private byte _first;
}

/// <summary>One hundred and twenty-eight bytes inside a block.</summary>
[InlineArray(128)]
internal struct Bytes128
{
    private byte _first;
}
