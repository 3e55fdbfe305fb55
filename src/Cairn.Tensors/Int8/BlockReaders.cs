using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>The orders of quants that formats with blocks of 32 share and that are not those of the kernels.</summary>
internal static unsafe class BlockReaders
{
    private const int Half = 16;

    /// <summary>As <see cref="FiveBitArray"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FiveBits(byte* source, byte* quants)
    {
        ref readonly var numbers = ref Unsafe.AsRef<FiveBitArray>(source);
        numbers.Load(0).Store(quants);
        numbers.Load(1).Store(quants + Half);
    }
}
