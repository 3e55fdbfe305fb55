using System.Runtime.InteropServices;
using Cairn.Models.Transformers;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>
/// Adds to the outputs of linear maps what the adapters of each row add: y += s·B·(A·x), then DoRA's factors. Rows are
/// grouped by adapter and strength, so a batch may mix adapters; without any, nothing is done.
/// </summary>
/// <remarks>
/// One per decoder; not thread-safe. In a steady state it allocates nothing. A row's result does not depend on the other
/// rows of the batch or on the number of threads: adapters are added in the order of their loading, each in one fixed
/// order of sums.
/// </remarks>
internal sealed unsafe class AdapterPass : IDisposable
{
    private const int SerialWork = 1 << 15; // multiplications that cost less than waking a second thread

    private readonly ThreadTeam _team;
    private readonly MatrixMultiplier _multiplier;
    private readonly GCHandle _handle;
    private readonly AdapterGroups _groups = new();
    private MatrixProduct[] _products = new MatrixProduct[4];
    private LowRankUpdate[] _updates = new LowRankUpdate[4];
    private AlignedMemory<float> _projected = new(0);
    private AlignedMemory<float> _gathered = new(0);
    private int _updateCount;
    private int _group;
    private int _nextChunk;

    public AdapterPass(ThreadTeam team, MatrixMultiplier multiplier)
    {
        _team = team;
        _multiplier = multiplier;
        _handle = GCHandle.Alloc(this, GCHandleType.Weak);
    }

    /// <summary>Whether a row of the planned ones has an adapter.</summary>
    public bool IsActive => _groups.Count > 0;

    /// <summary>Refuses a batch with an adapter that is gone or belongs to another decoder.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="owner">The decoder that is to run it.</param>
    /// <exception cref="ArgumentException">Another decoder loaded an adapter.</exception>
    /// <exception cref="ObjectDisposedException">An adapter was unloaded.</exception>
    public static void Require(ForwardBatch batch, object owner)
    {
        foreach (ref readonly var sequence in batch.Sequences)
        {
            foreach (var applied in sequence.Adapters.Applied)
            {
                ObjectDisposedException.ThrowIf(applied.Adapter.IsDisposed, applied.Adapter);
                if (!ReferenceEquals(applied.Adapter.Owner, owner))
                    throw new ArgumentException($"Adapter '{applied.Adapter.Name}' was loaded by another model.", nameof(batch));
            }
        }
    }

    /// <summary>Finds the adapters of a panel's rows.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="firstRow">First row of the panel.</param>
    /// <param name="rows">Rows of the panel.</param>
    public void Plan(ForwardBatch batch, int firstRow, int rows) => _groups.Plan(batch, firstRow, rows);

    /// <summary>Finds the adapters of those rows of the panel that get logits.</summary>
    /// <param name="logitsRows">Rows of the batch, in the order in which they now lie.</param>
    /// <param name="firstRow">First row of the panel.</param>
    public void PlanLogits(ReadOnlySpan<int> logitsRows, int firstRow) => _groups.Select(logitsRows, firstRow);

    /// <summary>Changes embeddings: replaces those of rows whose adapter has its own table, then adds.</summary>
    /// <param name="tokens">Ids of the panel.</param>
    /// <param name="embeddings">[tokens, hidden], before the model's factor on them.</param>
    /// <param name="hidden">Width of a row.</param>
    public void ApplyToEmbeddings(ReadOnlySpan<int> tokens, float* embeddings, int hidden)
    {
        for (var group = 0; group < _groups.Count; group++)
        {
            var applied = _groups.AdapterOf(group);
            foreach (var row in _groups.RowsOf(group))
            {
                var embedding = new Span<float>(embeddings + ((long)row * hidden), hidden);
                applied.Adapter.ReplacedEmbedding?.Read(tokens[row], embedding);
                applied.Adapter.Embedding?.AddTo(tokens[row], applied.Scale, embedding);
            }
        }
    }

    /// <summary>Whether the base model's output matrix serves no row, because all have their adapter's own.</summary>
    public bool ReplacesOutputOfAll(int rows)
    {
        var replaced = 0;
        for (var group = 0; group < _groups.Count; group++)
        {
            if (_groups.AdapterOf(group).Adapter.ReplacedOutput is not null) replaced += _groups.RowsOf(group).Length;
        }

        return replaced == rows; // a row has one such adapter at most
    }

    /// <summary>Writes the logits of rows whose adapter has its own output matrix.</summary>
    /// <param name="x">[rows, hidden].</param>
    /// <param name="hidden">Width of a row.</param>
    /// <param name="logits">[rows, vocabulary].</param>
    /// <param name="vocabulary">Width of a row of logits.</param>
    public void ReplaceOutputs(float* x, int hidden, float* logits, int vocabulary)
    {
        for (var group = 0; group < _groups.Count; group++)
        {
            if (_groups.AdapterOf(group).Adapter.ReplacedOutput is not { } output) continue;

            var rows = _groups.RowsOf(group);
            for (int start = 0, end; start < rows.Length; start = end)
            {
                for (end = start + 1; end < rows.Length && rows[end] == rows[start] + end - start;) end++;
                _products[0] = new MatrixProduct(output, logits + ((long)rows[start] * vocabulary), vocabulary);
                _multiplier.Multiply(x + ((long)rows[start] * hidden), end - start, hidden, _products.AsSpan(0, 1));
            }
        }
    }

    /// <summary>Adds to the outputs of maps that share their input.</summary>
    /// <param name="x">Input, [rows, columns] of the planned rows.</param>
    /// <param name="columns">Width of an input row.</param>
    /// <param name="outputs">y = W·x of the maps, before any bias.</param>
    public void Apply(float* x, int columns, ReadOnlySpan<AdaptedProduct> outputs)
    {
        for (_group = 0; _group < _groups.Count; _group++)
        {
            var rows = _groups.RowsOf(_group);
            var work = Prepare(_groups.AdapterOf(_group), rows.Length, outputs);
            if (work == 0) continue;

            _multiplier.Multiply(Gather(x, columns, rows), rows.Length, columns, _products.AsSpan(0, _updateCount));
            _nextChunk = 0;
            var context = (void*)GCHandle.ToIntPtr(_handle);
            if (work <= SerialWork) AddChunks(context, 0, 1);
            else _team.RunShared(&AddChunks, context);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_handle.IsAllocated) return;

        _handle.Free();
        _projected.Dispose();
        _gathered.Dispose();
    }

    /// <summary>Lists the products with A and the updates with B of one group.</summary>
    /// <returns>Multiplications of the updates; 0 when the adapter changes none of the maps.</returns>
    private long Prepare(AppliedAdapter applied, int rows, ReadOnlySpan<AdaptedProduct> outputs)
    {
        if (_updates.Length < outputs.Length)
        {
            _updates = new LowRankUpdate[outputs.Length];
            _products = new MatrixProduct[outputs.Length];
        }

        long length = 0;
        foreach (ref readonly var output in outputs) length += Round((long)rows * (applied.Adapter.DeltaOf(output.Map)?.Rank ?? 0));
        Reserve(ref _projected, length);

        _updateCount = 0;
        long work = 0;
        var projected = _projected.Pointer;
        foreach (ref readonly var output in outputs)
        {
            if (applied.Adapter.DeltaOf(output.Map) is not { } delta) continue;

            var update = new LowRankUpdate(delta, output, projected, applied);
            _products[_updateCount] = new MatrixProduct(delta.A, projected, delta.Rank);
            _updates[_updateCount++] = update;
            projected += Round((long)rows * delta.Rank);
            work += rows * update.WorkPerRow;
        }

        return work;
    }

    /// <summary>The inputs of a group's rows, one after another; where they already lie so, no copy.</summary>
    private float* Gather(float* x, int columns, ReadOnlySpan<int> rows)
    {
        if (rows[^1] - rows[0] == rows.Length - 1) return x + ((long)rows[0] * columns);

        Reserve(ref _gathered, (long)rows.Length * columns);
        for (var i = 0; i < rows.Length; i++)
        {
            new ReadOnlySpan<float>(x + ((long)rows[i] * columns), columns)
                .CopyTo(new Span<float>(_gathered.Pointer + ((long)i * columns), columns));
        }

        return _gathered.Pointer;
    }

    private static void AddChunks(void* context, int worker, int workers)
    {
        var pass = (AdapterPass)GCHandle.FromIntPtr((nint)context).Target!;
        var rows = pass._groups.RowsOf(pass._group);
        var (update, first) = (0, 0);
        for (var chunk = Interlocked.Increment(ref pass._nextChunk) - 1; ; chunk = Interlocked.Increment(ref pass._nextChunk) - 1)
        {
            while (update < pass._updateCount && chunk - first >= pass._updates[update].ChunkCount)
                first += pass._updates[update++].ChunkCount;
            if (update == pass._updateCount) return;

            pass._updates[update].Apply(chunk - first, rows);
        }
    }

    private static void Reserve(ref AlignedMemory<float> memory, long length)
    {
        if (memory.Length >= length) return;

        memory.Dispose();
        memory = new AlignedMemory<float>(length, zeroed: false);
    }

    /// <summary>Floats, rounded so that the next matrix starts on a cache line.</summary>
    private static long Round(long length) => (length + 15) & ~15L;
}
