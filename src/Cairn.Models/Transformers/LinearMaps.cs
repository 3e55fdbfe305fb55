using Cairn.Models.Adapters;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>
/// The one place where the linear maps of a decoder run: W·x for all rows of a panel, and what the adapters of each row
/// add. Biases follow later.
/// </summary>
/// <param name="multiplier">Multiplies with the base weights.</param>
/// <param name="adapters">Adds to the result.</param>
internal sealed unsafe class LinearMaps(MatrixMultiplier multiplier, AdapterPass adapters)
{
    private MatrixProduct[] _products = new MatrixProduct[4];
    private AdaptedProduct[] _adapted = new AdaptedProduct[4];

    /// <summary>Sees the inputs of every matrix but the output; null for none.</summary>
    public MatrixInputObserver? Observer { get; set; }

    /// <summary>Computes all outputs of one input in one dispatch.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="rows">Rows of the panel.</param>
    /// <param name="columns">Width of the input.</param>
    /// <param name="outputs">Maps and the places of their results.</param>
    public void Apply(float* x, int rows, int columns, params ReadOnlySpan<MapOutput> outputs)
    {
        if (_products.Length < outputs.Length)
        {
            _products = new MatrixProduct[outputs.Length];
            _adapted = new AdaptedProduct[outputs.Length];
        }

        int adapted = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            ref readonly MapOutput output = ref outputs[i];
            _products[i] = new MatrixProduct(output.Map.Weights, output.Output, output.Stride);
            if (output.Map.CanBeAdapted)
                _adapted[adapted++] = new AdaptedProduct(output.Map.Index, output.Output, output.Stride);

            Observer?.Invoke(output.Map.Weights, new ReadOnlySpan<float>(x, checked(rows * columns)));
        }

        multiplier.Multiply(x, rows, columns, _products.AsSpan(0, outputs.Length));
        if (adapters.IsActive && adapted > 0)
            adapters.Apply(x, columns, _adapted.AsSpan(0, adapted));
    }

    /// <summary>Computes logits: some rows may have an output matrix of their own.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="rows">Rows that get logits, as they were given to <see cref="AdapterPass.PlanLogits"/>.</param>
    /// <param name="columns">Width of the input.</param>
    /// <param name="output">The model's output matrix and the place of the logits.</param>
    public void ApplyOutput(float* x, int rows, int columns, MapOutput output)
    {
        if (!adapters.ReplacesOutputOfAll(rows))
            multiplier.Multiply(x, rows, columns, [new MatrixProduct(output.Map.Weights, output.Output, output.Stride)]);

        if (!adapters.IsActive)
            return;

        adapters.ReplaceOutputs(x, columns, output.Output, output.Stride);
        adapters.Apply(x, columns, [new AdaptedProduct(output.Map.Index, output.Output, output.Stride)]);
    }
}
