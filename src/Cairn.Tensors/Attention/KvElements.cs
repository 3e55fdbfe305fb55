using System.Numerics.Tensors;

namespace Cairn.Tensors.Attention;

/// <summary>
/// Converts up to 32 dimensions of a key or a value to and from a <see cref="KvElementType"/>: the specification of what the
/// kernels read.
/// </summary>
internal static unsafe class KvElements
{
    /// <summary>Stores x[0 … count − 1]; element i goes to index slot · slotStride + i · stride behind the scales.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="x">Values.</param>
    /// <param name="count">1 to 32.</param>
    /// <param name="group">Scales of all slots, then elements.</param>
    /// <param name="scaleBytes">Bytes of the scales.</param>
    /// <param name="slot">Which of the scales is theirs, and where the elements begin.</param>
    /// <param name="slotStride">Elements from one slot to the next.</param>
    /// <param name="stride">Elements from one value to the next.</param>
    public static void Store(
        KvElementType type, float* x, int count, byte* group, int scaleBytes, int slot, int slotStride, int stride)
    {
        byte* elements = group + scaleBytes;
        int first = slot * slotStride;
        switch (type)
        {
            case KvElementType.F32:
                for (int i = 0; i < count; i++)
                    ((float*)elements)[first + (i * stride)] = x[i];

                break;
            case KvElementType.F16:
                Half* target = (Half*)elements + first;
                Half* halves = stackalloc Half[KvBlockLayout.GroupLength];
                TensorPrimitives.ConvertToHalf(
                    new ReadOnlySpan<float>(x, count), new Span<Half>(stride == 1 ? target : halves, count));
                for (int i = 0; stride != 1 && i < count; i++, target += stride)
                    *target = halves[i];

                break;
            default:
                ((Half*)group)[slot] = Quantize(x, count, (sbyte*)elements + first, stride);
                break;
        }
    }

    /// <summary>The inverse of <see cref="Store"/>, up to rounding.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="group">Scales of all slots, then elements.</param>
    /// <param name="scaleBytes">Bytes of the scales.</param>
    /// <param name="slot">Which of the scales is theirs, and where the elements begin.</param>
    /// <param name="slotStride">Elements from one slot to the next.</param>
    /// <param name="stride">Elements from one value to the next.</param>
    /// <param name="count">1 to 32.</param>
    /// <param name="x">Receives the values.</param>
    public static void Load(
        KvElementType type, byte* group, int scaleBytes, int slot, int slotStride, int stride, int count, float* x)
    {
        byte* elements = group + scaleBytes;
        for (int i = 0; i < count; i++)
        {
            int index = (slot * slotStride) + (i * stride);
            x[i] = type switch
            {
                KvElementType.F32 => ((float*)elements)[index],
                KvElementType.F16 => (float)((Half*)elements)[index],
                _ => (float)((Half*)group)[slot] * ((sbyte*)elements)[index],
            };
        }
    }

    /// <summary>q = round(x / d) with d = max |x| / 127 in half precision; returns d. What is beyond the range saturates.</summary>
    private static Half Quantize(float* x, int count, sbyte* quants, int stride)
    {
        float largest = 0;
        for (int i = 0; i < count; i++)
            largest = MathF.Max(largest, MathF.Abs(x[i]));

        var scale = (Half)MathF.Min(largest / sbyte.MaxValue, (float)Half.MaxValue);
        float inverse = scale == (Half)0 || Half.IsNaN(scale) ? 0 : 1 / (float)scale;
        for (int i = 0; i < count; i++)
        {
            float q = Math.Clamp(MathF.Round(x[i] * inverse), -sbyte.MaxValue, sbyte.MaxValue);
            quants[i * stride] = float.IsNaN(q) ? (sbyte)0 : (sbyte)q;
        }

        return Half.IsNaN(scale) ? (Half)0 : scale;
    }
}
