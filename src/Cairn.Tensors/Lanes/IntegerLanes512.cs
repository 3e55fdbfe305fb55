using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>Sixteen rows at a time: AVX-512BW.</summary>
internal readonly unsafe struct IntegerLanes512 : IIntegerLanes<Vector512<byte>>
{
    public static bool IsSupported => Avx512BW.IsSupported;

    public static string Name => "AVX-512";

    public static int Rows => Vector512<int>.Count;

    public static bool HasDots => false;

    public static int DotBias => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* source, int length)
    {
        for (var i = 0; i < length; i += 64)
        {
            Sse.Prefetch1(source + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> value, byte* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast(byte* source) => Vector512.Create(*(int*)source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Fill(int value) => Vector512.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> FillSingle(float value) => Vector512.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Repeat(byte* source) =>
        Avx512F.BroadcastVector128ToVector512((int*)source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> And(Vector512<byte> a, Vector512<byte> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Or(Vector512<byte> a, Vector512<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Xor(Vector512<byte> a, Vector512<byte> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> OrMasked(Vector512<byte> a, Vector512<byte> b, Vector512<byte> mask) =>
        Avx512F.TernaryLogic(a, b, mask, 0xF8); // the truth table of a | (b & c)

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShiftLeft(Vector512<byte> value, int count) => (value.AsUInt16() << count).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShiftRight(Vector512<byte> value, int count) => (value.AsUInt16() >> count).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShiftRightSigned(Vector512<byte> value, int count) =>
        (value.AsInt16() >> count).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Lookup(Vector512<byte> table, Vector512<byte> index) =>
        Avx512BW.Shuffle(table, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Magnitude(Vector512<byte> a) => Avx512BW.Abs(a.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Signs(Vector512<byte> a) =>
        Vector512.LessThan(a.AsSByte(), Vector512<sbyte>.Zero).AsByte();

    // There is no 512-bit vpsignb; a masked negation does the same where the sign is not 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> WithSign(Vector512<byte> a, Vector512<byte> sign) =>
        Vector512.ConditionalSelect(
            Vector512.LessThan(sign.AsSByte(), Vector512<sbyte>.Zero), -a.AsSByte(), a.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyBytes(Vector512<byte> unsigned, Vector512<byte> signed) =>
        Avx512BW.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyGroups(
        Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* a, int stride) =>
        ((Avx512BW.MultiplyAddAdjacent(w0, Vector512.Create(*(int*)a).AsSByte())
            + Avx512BW.MultiplyAddAdjacent(w1, Vector512.Create(*(int*)(a + stride)).AsSByte()))
        + (Avx512BW.MultiplyAddAdjacent(w2, Vector512.Create(*(int*)(a + (2 * stride))).AsSByte())
            + Avx512BW.MultiplyAddAdjacent(w3, Vector512.Create(*(int*)(a + (3 * stride))).AsSByte()))).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyWords(Vector512<byte> a, Vector512<byte> b) =>
        Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsByte();

    public static Vector512<byte> AddProducts(Vector512<byte> sum, Vector512<byte> quants, Vector512<byte> activations) =>
        throw new UnreachableException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddWords(Vector512<byte> a, Vector512<byte> b) =>
        (a.AsInt16() + b.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddIntegers(Vector512<byte> a, Vector512<byte> b) =>
        (a.AsInt32() + b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyIntegers(Vector512<byte> a, Vector512<byte> b) =>
        (a.AsInt32() * b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ToSingle(Vector512<byte> a) => Vector512.ConvertToSingle(a.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LoadHalves(byte* source) => HalfVector.Load16(source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Multiply(Vector512<byte> a, Vector512<byte> b) =>
        (a.AsSingle() * b.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplyAdd(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) =>
        Avx512F.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> MultiplySubtract(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) =>
        Avx512F.FusedMultiplyAddNegated(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsByte();
}
