using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>Four rows at a time: SSSE3 or NEON, as <typeparamref name="TDots"/> says.</summary>
internal readonly unsafe struct IntegerLanes128<TDots> : IIntegerLanes<Vector128<byte>>
    where TDots : IByteDots<Vector128<byte>>
{
    public static bool IsSupported => TDots.IsSupported;

    public static string Name => TDots.Name;

    public static int Rows => Vector128<int>.Count;

    public static bool HasDots => TDots.Exist;

    public static int DotBias => TDots.Bias;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* source, int length)
    {
        for (var i = 0; Sse.IsSupported && i < length; i += 64)
        {
            Sse.Prefetch1(source + i); // there is none for Arm
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> value, byte* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Broadcast(byte* source) => Vector128.Create(*(int*)source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Fill(int value) => Vector128.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> FillSingle(float value) => Vector128.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Repeat(byte* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> And(Vector128<byte> a, Vector128<byte> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Or(Vector128<byte> a, Vector128<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Xor(Vector128<byte> a, Vector128<byte> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> OrMasked(Vector128<byte> a, Vector128<byte> b, Vector128<byte> mask) =>
        a | (b & mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ShiftLeft(Vector128<byte> value, int count) => (value.AsUInt16() << count).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ShiftRight(Vector128<byte> value, int count) => (value.AsUInt16() >> count).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ShiftRightSigned(Vector128<byte> value, int count) =>
        (value.AsInt16() >> count).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Lookup(Vector128<byte> table, Vector128<byte> index) =>
        Ssse3.IsSupported ? Ssse3.Shuffle(table, index) : Vector128.Shuffle(table, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Magnitude(Vector128<byte> a) => Vector128.Abs(a.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Signs(Vector128<byte> a) =>
        Vector128.LessThan(a.AsSByte(), Vector128<sbyte>.Zero).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> WithSign(Vector128<byte> a, Vector128<byte> sign) =>
        Ssse3.IsSupported
            ? Ssse3.Sign(a.AsSByte(), sign.AsSByte()).AsByte()
            : Vector128.ConditionalSelect(
                Vector128.LessThan(sign.AsSByte(), Vector128<sbyte>.Zero), -a.AsSByte(), a.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyBytes(Vector128<byte> unsigned, Vector128<byte> signed)
    {
        if (Ssse3.IsSupported)
        {
            return Ssse3.MultiplyAddAdjacent(unsigned, signed.AsSByte()).AsByte();
        }

        var (u, s) = (unsigned.AsInt16(), signed.AsInt16());
        return (((u & Vector128.Create((short)0xFF)) * ((s << 8) >> 8)) + ((u >>> 8) * (s >> 8))).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyGroups(
        Vector128<byte> w0, Vector128<byte> w1, Vector128<byte> w2, Vector128<byte> w3, byte* a, int stride) =>
        AddWords(
            AddWords(MultiplyBytes(w0, Broadcast(a)), MultiplyBytes(w1, Broadcast(a + stride))),
            AddWords(
                MultiplyBytes(w2, Broadcast(a + (2 * stride))), MultiplyBytes(w3, Broadcast(a + (3 * stride)))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyWords(Vector128<byte> a, Vector128<byte> b)
    {
        if (AdvSimd.Arm64.IsSupported)
        {
            var low = AdvSimd.MultiplyWideningLower(a.AsInt16().GetLower(), b.AsInt16().GetLower());
            var high = AdvSimd.MultiplyWideningUpper(a.AsInt16(), b.AsInt16());
            return AdvSimd.Arm64.AddPairwise(low, high).AsByte();
        }

        return Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddProducts(Vector128<byte> sum, Vector128<byte> quants, Vector128<byte> activations) =>
        TDots.Add(sum, quants, activations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddWords(Vector128<byte> a, Vector128<byte> b) =>
        (a.AsInt16() + b.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddIntegers(Vector128<byte> a, Vector128<byte> b) =>
        (a.AsInt32() + b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyIntegers(Vector128<byte> a, Vector128<byte> b) =>
        (a.AsInt32() * b.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ToSingle(Vector128<byte> a) => Vector128.ConvertToSingle(a.AsInt32()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LoadHalves(byte* source) => HalfVector.Load4(source).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Multiply(Vector128<byte> a, Vector128<byte> b) =>
        (a.AsSingle() * b.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplyAdd(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c) =>
        FusedVector.MultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MultiplySubtract(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c) =>
        FusedVector.MultiplyAdd(-a.AsSingle(), b.AsSingle(), c.AsSingle()).AsByte();
}
