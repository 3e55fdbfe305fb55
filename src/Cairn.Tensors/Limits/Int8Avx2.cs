using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors.Limits;

/// <summary>256 bits: vpmaddubsw, vpmaddwd, vpaddd.</summary>
internal readonly unsafe struct Int8Avx2 : IInt8Vectors<Vector256<byte>>
{
    public static int Bytes => Vector256<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* p) => Vector256.LoadAligned(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Products(Vector256<byte> unsigned, Vector256<byte> signed) =>
        Avx2.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddWords(Vector256<byte> a, Vector256<byte> b) => (a.AsInt16() + b.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Accumulate(Vector256<byte> sums, Vector256<byte> words) =>
        (sums.AsInt32() + Avx2.MultiplyAddAdjacent(words.AsInt16(), Vector256<short>.One)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> a, Vector256<byte> b) => (a.AsInt32() + b.AsInt32()).AsByte();

    public static uint Total(Vector256<byte> sums) => Vector256.Sum(sums.AsUInt32());
}
