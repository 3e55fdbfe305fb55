namespace Cairn.Tensors;

/// <summary>Signed 8-bit quants in the order of the columns.</summary>
internal unsafe readonly struct Q8_0Quants : IBlockQuants
{
    public static int Bytes => 32;

    public static int Dot(byte* quants, int groupBytes, sbyte* a)
    {
        var sum = 0;
        for (var i = 0; i < Bytes; i++)
        {
            sum += (sbyte)quants[(i / 4 * groupBytes) + (i % 4)] * a[i];
        }

        return sum;
    }
}
