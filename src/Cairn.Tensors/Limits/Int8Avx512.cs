using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors.Limits;

/// <summary>512 bits: vpmaddubsw, vpmaddwd, vpaddd.</summary>
internal readonly unsafe struct Int8Avx512 : IInt8Vectors<Vector512<byte>>
{
    public static int Bytes => Vector512<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* p) => Vector512.LoadAligned(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Products(Vector512<byte> unsigned, Vector512<byte> signed) =>
        Avx512BW.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddWords(Vector512<byte> a, Vector512<byte> b) => (a.AsInt16() + b.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Accumulate(Vector512<byte> sums, Vector512<byte> words) =>
        (sums.AsInt32() + Avx512BW.MultiplyAddAdjacent(words.AsInt16(), Vector512<short>.One)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> a, Vector512<byte> b) => (a.AsInt32() + b.AsInt32()).AsByte();

    public static uint Total(Vector512<byte> sums) => Vector512.Sum(sums.AsUInt32());
}
