using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>Squares of 4 × 4 words of 32 bits.</summary>
internal static unsafe class WordSquare
{
    /// <summary>Words of a side.</summary>
    public const int Size = 4;

    /// <summary>Writes target[c · <paramref name="targetStride"/> + r] = word c of row r, for r and c below 4.</summary>
    /// <param name="source">First row; no alignment needed.</param>
    /// <param name="stride">Bytes from a row to the next.</param>
    /// <param name="target">First column.</param>
    /// <param name="targetStride">Words from a column to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(byte* source, long stride, uint* target, int targetStride)
    {
        var row0 = Vector128.Load((uint*)source);
        var row1 = Vector128.Load((uint*)(source + stride));
        var row2 = Vector128.Load((uint*)(source + (2 * stride)));
        var row3 = Vector128.Load((uint*)(source + (3 * stride)));
        var low01 = ZipLow(row0, row1).AsUInt64();
        var low23 = ZipLow(row2, row3).AsUInt64();
        var high01 = ZipHigh(row0, row1).AsUInt64();
        var high23 = ZipHigh(row2, row3).AsUInt64();
        ZipLow(low01, low23).AsUInt32().Store(target);
        ZipHigh(low01, low23).AsUInt32().Store(target + targetStride);
        ZipLow(high01, high23).AsUInt32().Store(target + (2 * targetStride));
        ZipHigh(high01, high23).AsUInt32().Store(target + (3 * targetStride));
    }

    // a0 b0 a1 b1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ZipLow(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    // a2 b2 a3 b3
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ZipHigh(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    // a0 b0
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> ZipLow(Vector128<ulong> a, Vector128<ulong> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0]);

    // a1 b1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> ZipHigh(Vector128<ulong> a, Vector128<ulong> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[1], b[1]);
}
