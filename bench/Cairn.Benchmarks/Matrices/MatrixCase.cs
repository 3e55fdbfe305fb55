using Cairn.Tensors;

namespace Cairn.Benchmarks.Matrices;

/// <summary>Weights and what the activations become.</summary>
/// <param name="Type">Format of the weights.</param>
/// <param name="Activation">Arithmetic.</param>
public sealed record MatrixCase(GgmlType Type, ActivationType Activation)
{
    public override string ToString() => Activation == ActivationType.Int8 ? $"{Type}" : $"{Type} {Activation}";
}
