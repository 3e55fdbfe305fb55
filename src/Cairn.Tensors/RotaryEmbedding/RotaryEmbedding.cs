namespace Cairn.Tensors;

/// <summary>
/// Rotates pairs (a, b) of a head by an angle that grows with the position:
/// y[a] = x[a]·cos(p·f_i) − x[b]·sin(p·f_i), y[b] = x[b]·cos(p·f_i) + x[a]·sin(p·f_i) with
/// f_i = θ^(−2i/D) in the plain case, see <see cref="RotaryFrequencies"/>; a magnitude multiplies cosine and sine.
/// Pair i is (2i, 2i + 1), or (i, i + D/2) where the pairs lie in halves.
/// </summary>
/// <remarks>
/// Su et al. 2021, arXiv:2104.09864; GGUF files of the llama family store neighbouring pairs, Hugging Face's halves. Angles
/// are computed in double precision and kept as tables that grow with the longest sequence. Growing is not thread-safe.
/// </remarks>
public sealed unsafe class RotaryEmbedding : IDisposable
{
    private const int GrowBy = 256;

    private readonly double[] _frequencies;
    private readonly bool _pairsHalves;
    private readonly double _magnitude;
    private AlignedMemory<float> _table = new(64);
    private int _positions;

    /// <summary>Prepares rotations with given frequencies.</summary>
    /// <param name="frequencies">f, [D / 2], at least one; kept.</param>
    /// <param name="pairsHalves">Whether pair i is (i, i + D/2) rather than (2i, 2i + 1).</param>
    /// <param name="magnitude">Factor on cosine and sine.</param>
    /// <exception cref="ArgumentException">There are no frequencies.</exception>
    public RotaryEmbedding(double[] frequencies, bool pairsHalves, double magnitude = 1)
    {
        ArgumentNullException.ThrowIfNull(frequencies);
        if (frequencies.Length == 0) throw new ArgumentException("There are no frequencies.", nameof(frequencies));

        Dimension = 2 * frequencies.Length;
        _frequencies = frequencies;
        _pairsHalves = pairsHalves;
        _magnitude = magnitude;
    }

    /// <summary>Prepares rotations with plain, slowed down or divided frequencies.</summary>
    /// <param name="dimension">D, the rotated values of a head; even. Values beyond are left as they are.</param>
    /// <param name="theta">θ, greater than zero.</param>
    /// <param name="linearFactor">What every frequency is divided by; 1 for none.</param>
    /// <param name="divisors">What each frequency is divided by besides, [D / 2], or empty for none.</param>
    /// <param name="pairsHalves">Whether pair i is (i, i + D/2) rather than (2i, 2i + 1).</param>
    /// <exception cref="ArgumentException">The dimension is odd, or the number of divisors is not D / 2.</exception>
    public RotaryEmbedding(
        int dimension, double theta, double linearFactor, ReadOnlySpan<float> divisors, bool pairsHalves = false)
        : this(RotaryFrequencies.Divided(dimension, theta, linearFactor, divisors), pairsHalves)
    {
    }

    /// <summary>Rotated values of a head.</summary>
    public int Dimension { get; }

    /// <summary>Makes sure that positions 0 to <paramref name="positions"/> − 1 can be rotated.</summary>
    public void EnsurePositions(int positions)
    {
        if (positions <= _positions)
            return;

        int count = (positions + GrowBy - 1) / GrowBy * GrowBy;
        var table = new AlignedMemory<float>((long)count * 2 * Dimension);
        Buffer.MemoryCopy(
            _table.Pointer, table.Pointer, table.Length * sizeof(float), (long)_positions * 2 * Dimension * sizeof(float));
        for (int position = _positions; position < count; position++)
            Fill(table.Pointer + ((long)position * 2 * Dimension), position);

        _table.Dispose();
        _table = table;
        _positions = count;
    }

    /// <summary>The tables as they are now; valid until <see cref="EnsurePositions"/> grows them.</summary>
    public RotaryView View => new(_table.Pointer, Dimension, _pairsHalves);

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    /// <summary>One position of the table: D cosines, then D sines with the sign that the formula gives them.</summary>
    private void Fill(float* row, int position)
    {
        for (int i = 0; i < _frequencies.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(position * _frequencies[i]);
            (sin, cos) = (sin * _magnitude, cos * _magnitude);
            (int a, int b) = _pairsHalves ? (i, i + (Dimension / 2)) : (2 * i, (2 * i) + 1);
            row[a] = row[b] = (float)cos;
            row[Dimension + a] = -(float)sin;
            row[Dimension + b] = (float)sin;
        }
    }
}
