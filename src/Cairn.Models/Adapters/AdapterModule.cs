namespace Cairn.Models.Adapters;

/// <summary>One matrix that an adapter changes: W becomes W + s·B·A, with DoRA its rows are scaled to given lengths too.</summary>
public sealed class AdapterModule
{
    internal AdapterModule(string name, AdapterModuleKind kind, TensorView a, TensorView b, TensorView? magnitude, double alpha, double scale)
    {
        Name = name;
        Kind = kind;
        A = a;
        B = b;
        Magnitude = magnitude;
        Alpha = alpha;
        Scale = scale;
    }

    /// <summary>The module as the file names it: <c>model.layers.0.self_attn.q_proj</c> or <c>blk.0.attn_q.weight</c>.</summary>
    public string Name { get; }

    /// <summary>What kind of matrix it changes.</summary>
    public AdapterModuleKind Kind { get; }

    /// <summary>Rows of A, columns of B.</summary>
    public int Rank => B.Columns;

    /// <summary>α of this module, as the file gives it.</summary>
    public double Alpha { get; }

    /// <summary>s, the factor of B·A: α / rank, or what the file says instead.</summary>
    public double Scale { get; }

    /// <summary>Columns of the changed matrix; of an embedding: the vocabulary.</summary>
    public int InputSize => IsTransposed ? A.Rows : A.Columns;

    /// <summary>Rows of the changed matrix; of an embedding: the hidden size.</summary>
    public int OutputSize => B.Rows;

    /// <summary>Whether the module has a magnitude vector (DoRA).</summary>
    public bool HasMagnitude => Magnitude is not null;

    /// <summary>Numbers that training changed.</summary>
    public long TrainableParameters => A.Info.ElementCount + B.Info.ElementCount + (Magnitude?.Info.ElementCount ?? 0);

    /// <summary>A, [rank, inputs]; of a <see cref="AdapterModuleKind.TransposedEmbedding"/>: [inputs, rank].</summary>
    internal TensorView A { get; }

    /// <summary>B, [outputs, rank].</summary>
    internal TensorView B { get; }

    /// <summary>Lengths of the rows, [outputs].</summary>
    internal TensorView? Magnitude { get; }

    private bool IsTransposed => Kind == AdapterModuleKind.TransposedEmbedding;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: rank {Rank}, scale {Scale:R}";
}
