using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>The orders of quants that formats with blocks of 32 share.</summary>
internal static unsafe class BlockReaders
{
    private const int Half = 16;

    /// <summary>Nibbles: byte i holds columns i (low) and i + 16 (high).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourBits(byte* source, byte* quants)
    {
        var pairs = Vector128.Load(source);
        (pairs & Vector128.Create((byte)0x0F)).Store(quants);
        (pairs >> 4).Store(quants + Half);
    }

    /// <summary>As <see cref="FiveBitArray"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FiveBits(byte* source, byte* quants)
    {
        ref readonly var numbers = ref Unsafe.AsRef<FiveBitArray>(source);
        numbers.Load(0).Store(quants);
        numbers.Load(1).Store(quants + Half);
    }

    /// <summary>A byte a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EightBits(byte* source, byte* quants)
    {
        Vector128.Load(source).Store(quants);
        Vector128.Load(source + Half).Store(quants + Half);
    }
}
