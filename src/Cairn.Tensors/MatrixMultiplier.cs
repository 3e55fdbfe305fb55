using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// Multiplies activations with weight matrices on a thread team. Holds the scratch of the products (quantised
/// activations, dequantised panels), which grows to the largest product seen: a steady state allocates nothing.
/// </summary>
/// <remarks>
/// One per engine; not thread-safe. Results depend neither on the thread count nor on which tokens share a call: every
/// output is one sum in a fixed order.
/// </remarks>
public sealed unsafe class MatrixMultiplier : IDisposable
{
    private const int ChunksPerWorker = 8;
    private const int PanelMultiple = InterleavedKernel.WidePanels;
    private const int SerialQuantizationLength = 4096; // below this a barrier costs more than the second thread saves

    private readonly ThreadTeam _team;
    private readonly GCHandle _handle;
    private readonly AlignedMemory<float>?[] _scratch;
    private MatrixProduct[] _products = new MatrixProduct[4];
    private int[] _chunkEnds = new int[4];
    private int _productCount;
    private int _panelsPerChunk;
    private int _nextChunk;
    private Activations _activations;
    private AlignedMemory<byte>? _tiles;
    private bool _quantizesOnWorkers;
    private int _tokens;
    private int _columns;
    private bool _isDisposed;

    /// <summary>Prepares products on <paramref name="team"/>, which the caller keeps and disposes.</summary>
    public MatrixMultiplier(ThreadTeam team)
    {
        ArgumentNullException.ThrowIfNull(team);
        _team = team;
        _scratch = new AlignedMemory<float>?[team.ThreadCount];
        _handle = GCHandle.Alloc(this, GCHandleType.Weak);
    }

    /// <summary>Computes every product of <paramref name="products"/> with the same activations, in one dispatch.</summary>
    /// <param name="x">Activations, [tokens, columns] row-major without gaps.</param>
    /// <param name="tokens">Rows of <paramref name="x"/>; zero does nothing.</param>
    /// <param name="columns">Columns of <paramref name="x"/> and of every weight matrix.</param>
    /// <param name="products">Weights and results; outputs must not overlap.</param>
    /// <exception cref="ArgumentException">A matrix has another number of columns.</exception>
    public void Multiply(float* x, int tokens, int columns, ReadOnlySpan<MatrixProduct> products)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        RequireColumns(columns, products);
        if (tokens == 0 || products.IsEmpty)
        {
            return;
        }

        ArgumentNullException.ThrowIfNull(x);
        _activations.Values = x;
        _tokens = tokens;
        _columns = columns;
        PlanChunks(products);
        PlanActivations(products);
        Dispatch();
        Array.Clear(_products, 0, _productCount);
    }

    /// <summary>Frees the scratch; the team and the matrices stay with their owners.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _handle.Free();
        _tiles?.Dispose();
        foreach (var scratch in _scratch)
        {
            scratch?.Dispose();
        }
    }

    private static void RequireColumns(int columns, ReadOnlySpan<MatrixProduct> products)
    {
        foreach (ref readonly var product in products)
        {
            if (product.Weights.Columns != columns)
            {
                throw new ArgumentException(
                    $"Weights '{product.Weights.Name}' have {product.Weights.Columns:N0} columns; the activations have {columns:N0}.",
                    nameof(products));
            }
        }
    }

    private void PlanChunks(ReadOnlySpan<MatrixProduct> products)
    {
        if (_products.Length < products.Length)
        {
            _products = new MatrixProduct[products.Length];
            _chunkEnds = new int[products.Length];
        }

        products.CopyTo(_products);
        _productCount = products.Length;
        var panels = 0L;
        var scratchLength = 0;
        foreach (ref readonly var product in products)
        {
            panels += product.Weights.PanelCount;
            scratchLength = Math.Max(scratchLength, product.Weights.MatrixKernel.ScratchLength(_columns));
        }

        var quarters = panels / (_team.ThreadCount * ChunksPerWorker * PanelMultiple);
        _panelsPerChunk = (int)Math.Max(1, quarters) * PanelMultiple;
        var chunks = 0;
        for (var i = 0; i < products.Length; i++)
        {
            chunks += (products[i].Weights.PanelCount + _panelsPerChunk - 1) / _panelsPerChunk;
            _chunkEnds[i] = chunks;
        }

        _nextChunk = 0;
        GrowScratch(scratchLength);
    }

    private void PlanActivations(ReadOnlySpan<MatrixProduct> products)
    {
        _activations.Tiles = null;
        _quantizesOnWorkers = false;
        foreach (ref readonly var product in products)
        {
            if (product.Weights.MatrixKernel.UsesInt8Activations)
            {
                PlanTiles();
                return;
            }
        }
    }

    private void PlanTiles()
    {
        var length = TokenTile.Count(_tokens) * TokenTile.Bytes(_columns);
        if (length > (_tiles?.Length ?? 0))
        {
            _tiles?.Dispose();
            _tiles = new AlignedMemory<byte>(length, zeroed: false);
        }

        _activations.Tiles = _tiles!.Pointer;
        _quantizesOnWorkers = (long)_tokens * _columns > SerialQuantizationLength;
        if (!_quantizesOnWorkers)
        {
            QuantizeTiles(0, 1);
        }
    }

    private void QuantizeTiles(int worker, int workerCount)
    {
        var tiles = (long)TokenTile.Count(_tokens);
        var first = (int)(tiles * worker / workerCount);
        var end = (int)(tiles * (worker + 1) / workerCount);
        ActivationQuantizer.Apply(_activations.Values, _tokens, _columns, first, end, _activations.Tiles);
    }

    private void GrowScratch(int length)
    {
        for (var i = 0; i < _scratch.Length; i++)
        {
            if (length > (_scratch[i]?.Length ?? 0))
            {
                _scratch[i]?.Dispose();
                _scratch[i] = new AlignedMemory<float>(length, zeroed: false);
            }
        }
    }

    private void Dispatch()
    {
        var context = (void*)GCHandle.ToIntPtr(_handle);
        if (_quantizesOnWorkers)
        {
            _team.Run(&RunWorker, context); // the barrier after quantisation needs everyone
        }
        else
        {
            _team.RunShared(&RunWorker, context);
        }
    }

    private static void RunWorker(void* context, int worker, int workerCount)
    {
        var multiplier = (MatrixMultiplier)GCHandle.FromIntPtr((nint)context).Target!;
        if (multiplier._quantizesOnWorkers)
        {
            multiplier.QuantizeTiles(worker, workerCount);
            multiplier._team.Barrier();
        }

        multiplier.MultiplyChunks(worker);
    }

    private void MultiplyChunks(int worker)
    {
        var scratch = _scratch[worker] is { } memory ? memory.Pointer : null;
        var product = 0;
        while (true)
        {
            var chunk = Interlocked.Increment(ref _nextChunk) - 1;
            while (product < _productCount && chunk >= _chunkEnds[product])
            {
                product++;
            }

            if (product == _productCount)
            {
                return;
            }

            var first = product == 0 ? 0 : _chunkEnds[product - 1];
            MultiplyChunk(_products[product], chunk - first, scratch);
        }
    }

    private void MultiplyChunk(in MatrixProduct product, int chunk, float* scratch)
    {
        var weights = product.Weights;
        var panel = chunk * _panelsPerChunk;
        var endPanel = Math.Min(panel + _panelsPerChunk, weights.PanelCount);
        var call = new KernelCall(
            weights.Data, weights.Rows, weights.Columns, _activations, _tokens, product.Output, product.OutputStride);
        weights.MatrixKernel.Multiply(call, panel, endPanel, scratch);
    }
}
