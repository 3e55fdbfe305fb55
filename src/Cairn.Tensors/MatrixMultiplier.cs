using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// Multiplies activations with weight matrices on a thread team. Holds the scratch of the products (quantised
/// activations, dequantised panels), which grows to the largest product seen: a steady state allocates nothing.
/// </summary>
/// <remarks>
/// One per engine; not thread-safe. Results depend neither on the thread count nor on which tokens share a call: every
/// output is one sum in a fixed order. Integer kernels agree bit for bit on every machine; the order of the float
/// kernels follows the machine's vector width.
/// </remarks>
public sealed unsafe class MatrixMultiplier : IDisposable
{
    private const int SerialQuantizationLength = 4096; // below this a dispatch costs more than the second thread saves

    private readonly ThreadTeam _team;
    private readonly GCHandle _handle;
    private readonly AlignedMemory<float>?[] _scratch;
    private readonly WorkShares _shares;
    private MatrixProduct[] _products = new MatrixProduct[4];
    private int[] _chunkEnds = new int[4];
    private int _productCount;
    private int _chunksAtOnce;
    private Activations _activations;
    private AlignedMemory<byte>? _blocks;
    private AlignedMemory<byte>? _superBlocks;
    private AlignedMemory<byte>? _rows;
    private int _tokens;
    private int _columns;
    private bool _isDisposed;

    /// <summary>Prepares products on <paramref name="team"/>, which the caller keeps and disposes.</summary>
    public MatrixMultiplier(ThreadTeam team)
    {
        ArgumentNullException.ThrowIfNull(team);
        _team = team;
        _scratch = new AlignedMemory<float>?[team.ThreadCount];
        _shares = new WorkShares(team.ThreadCount);
        _handle = GCHandle.Alloc(this, GCHandleType.Weak);
    }

    /// <summary>
    /// Looked at whenever a worker takes a piece of a product, a few panels of weights; default: none. A product that it
    /// stops throws, with its outputs in part written.
    /// </summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Computes every product of <paramref name="products"/> with the same activations, in one dispatch.</summary>
    /// <param name="x">Activations, [tokens, columns] row-major without gaps.</param>
    /// <param name="tokens">Rows of <paramref name="x"/>; zero does nothing.</param>
    /// <param name="columns">Columns of <paramref name="x"/> and of every weight matrix.</param>
    /// <param name="products">Weights and results; outputs must not overlap.</param>
    /// <exception cref="ArgumentException">A matrix has another number of columns.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Cancellation"/> was asked for.</exception>
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
        PrepareActivations(products);
        PlanChunks(products);
        _team.RunShared(&MultiplyShare, (void*)GCHandle.ToIntPtr(_handle));
        Array.Clear(_products, 0, _productCount);
        Cancellation.ThrowIfCancellationRequested();
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
        _blocks?.Dispose();
        _superBlocks?.Dispose();
        _rows?.Dispose();
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

    private void PrepareActivations(ReadOnlySpan<MatrixProduct> products)
    {
        if (Needs(ActivationForm.Blocks, products))
        {
            Reserve(ref _blocks, Int8Activations.Bytes(_tokens, _columns, ActivationForm.Blocks));
            _activations.Blocks = new Int8Activations(_blocks!.Pointer, _tokens, _columns, ActivationForm.Blocks);
            Quantize(_activations.Blocks.TileCount, &QuantizeBlocks);
        }

        if (Needs(ActivationForm.SuperBlocks, products))
        {
            Reserve(ref _superBlocks, Int8Activations.Bytes(_tokens, _columns, ActivationForm.SuperBlocks));
            _activations.SuperBlocks =
                new Int8Activations(_superBlocks!.Pointer, _tokens, _columns, ActivationForm.SuperBlocks);
            Quantize(_activations.SuperBlocks.TileCount, &QuantizeSuperBlocks);
        }

        if (Needs(ActivationForm.Rows, products))
        {
            Reserve(ref _rows, Int16Activations.Bytes(_tokens, _columns));
            _activations.Rows = new Int16Activations(_rows!.Pointer, _tokens, _columns);
            Quantize(_tokens, &QuantizeRows);
        }
    }

    private static bool Needs(ActivationForm form, ReadOnlySpan<MatrixProduct> products)
    {
        foreach (ref readonly var product in products)
        {
            if (product.Weights.MatrixKernel.Form == form)
            {
                return true;
            }
        }

        return false;
    }

    private static void Reserve(ref AlignedMemory<byte>? memory, long length)
    {
        if (length > (memory?.Length ?? 0))
        {
            memory?.Dispose();
            memory = new AlignedMemory<byte>(length, zeroed: false);
        }
    }

    private void Quantize(int pieces, delegate*<void*, int, int, void> share)
    {
        _shares.Reset(pieces);
        var context = (void*)GCHandle.ToIntPtr(_handle);
        if ((long)_tokens * _columns > SerialQuantizationLength)
        {
            _team.RunShared(share, context);
            return;
        }

        share(context, 0, 1); // claims what the other workers leave: here everything
    }

    private static void QuantizeBlocks(void* context, int worker, int workerCount)
    {
        var multiplier = Target(context);
        multiplier.QuantizeTiles(multiplier._activations.Blocks, worker);
    }

    private static void QuantizeSuperBlocks(void* context, int worker, int workerCount)
    {
        var multiplier = Target(context);
        multiplier.QuantizeTiles(multiplier._activations.SuperBlocks, worker);
    }

    private void QuantizeTiles(Int8Activations activations, int worker)
    {
        var share = worker;
        while (_shares.TryClaim(worker, ref share, out var tile))
        {
            activations.Quantize(_activations.Values, tile);
        }
    }

    private static void QuantizeRows(void* context, int worker, int workerCount)
    {
        var multiplier = Target(context);
        var activations = multiplier._activations;
        var share = worker;
        while (multiplier._shares.TryClaim(worker, ref share, out var token))
        {
            activations.Rows.Quantize(activations.Values, token);
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
        var scratchLength = 0;
        var chunks = 0;
        _chunksAtOnce = 1;
        for (var i = 0; i < products.Length; i++)
        {
            var weights = products[i].Weights;
            scratchLength = Math.Max(scratchLength, weights.MatrixKernel.ScratchLength(_columns));
            chunks += weights.MatrixKernel.ChunkCount(weights.Rows, _tokens);
            _chunksAtOnce = Math.Max(_chunksAtOnce, weights.MatrixKernel.ChunksAtOnce(_tokens));
            _chunkEnds[i] = chunks;
        }

        _shares.Reset(chunks);
        GrowScratch(scratchLength);
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

    private static void MultiplyShare(void* context, int worker, int workerCount) =>
        Target(context).MultiplyChunks(worker);

    private static MatrixMultiplier Target(void* context) =>
        (MatrixMultiplier)GCHandle.FromIntPtr((nint)context).Target!;

    private void MultiplyChunks(int worker)
    {
        var scratch = _scratch[worker] is { } memory ? memory.Pointer : null;
        var share = worker;
        while (!Cancellation.IsCancellationRequested
            && _shares.TryClaim(worker, ref share, _chunksAtOnce, out var chunk, out var end))
        {
            for (var product = 0; chunk < end; product++)
            {
                var last = Math.Min(end, _chunkEnds[product]);
                if (chunk < last)
                {
                    var first = product == 0 ? 0 : _chunkEnds[product - 1];
                    MultiplyChunks(_products[product], chunk - first, last - first, scratch);
                    chunk = last;
                }
            }
        }
    }

    private void MultiplyChunks(in MatrixProduct product, int chunk, int endChunk, float* scratch)
    {
        var weights = product.Weights;
        var call = new KernelCall(
            weights.Data, weights.Rows, weights.Columns, _activations, _tokens, product.Output, product.OutputStride);
        weights.MatrixKernel.MultiplyChunks(call, chunk, endChunk, scratch);
    }
}
