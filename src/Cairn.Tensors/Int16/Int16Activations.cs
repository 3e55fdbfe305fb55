namespace Cairn.Tensors;

/// <summary>
/// 16-bit activations in one buffer of <see cref="Bytes"/>: <c>short quants[tokens][columns]; float scales[tokens]</c>
/// with x[t, k] ≈ scales[t] · q[t, k]. Groups of four columns lie in the order 0, 2, 1, 3, see <see cref="Int16Kernel"/>.
/// </summary>
internal unsafe readonly struct Int16Activations(byte* buffer, int tokens, int columns)
{
    private readonly byte* _buffer = buffer;

    /// <summary>The scales of all tokens.</summary>
    public float* Scales => (float*)Row(tokens);

    /// <summary>Bytes of the buffer.</summary>
    public static long Bytes(int tokens, int columns) => tokens * (((long)columns * sizeof(short)) + sizeof(float));

    /// <summary>The quants of a token.</summary>
    public short* Row(int token) => (short*)_buffer + ((long)token * columns);

    /// <summary>Quantises one token.</summary>
    /// <param name="x">Float activations, [tokens, columns] row-major.</param>
    /// <param name="token">0 to tokens − 1.</param>
    public void Quantize(float* x, int token) =>
        Scales[token] = Int16Quantizer.Apply(x + ((long)token * columns), columns, Row(token));
}
