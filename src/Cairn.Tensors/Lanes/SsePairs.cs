using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>SSSE3, the 128-bit instructions of every x86-64 processor since 2008: no sum of four products.</summary>
internal readonly struct SsePairs : IByteDots<Vector128<byte>>
{
    public static bool IsSupported => Ssse3.IsSupported;

    public static bool Exist => false;

    public static string Name => "SSSE3";

    public static int Bias => 0;

    public static Vector128<byte> Add(Vector128<byte> sum, Vector128<byte> quants, Vector128<byte> activations) =>
        throw new UnreachableException();
}
