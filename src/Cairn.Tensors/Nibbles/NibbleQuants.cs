namespace Cairn.Tensors;

/// <summary>4-bit quants: the low nibble of byte i is column i, the high nibble column i + 16.</summary>
internal unsafe readonly struct NibbleQuants : IBlockQuants
{
    public static int Bytes => 16;

    public static int Dot(byte* quants, int groupBytes, sbyte* a)
    {
        var sum = 0;
        for (var i = 0; i < Bytes; i++)
        {
            var pair = quants[(i / 4 * groupBytes) + (i % 4)];
            sum += ((pair & 0x0F) * a[i]) + ((pair >> 4) * a[i + Bytes]);
        }

        return sum;
    }
}
