using System.Globalization;
using Cairn.Models;

namespace Cairn.Hub.Quantization;

/// <summary>Reads a tensor's role from its GGUF name.</summary>
internal static class TensorRoles
{
    private const string LayerPrefix = "blk.";

    private static readonly (string Part, TensorRole Role)[] Parts =
    [
        ("attn_qkv.weight", TensorRole.Value),
        ("attn_v.weight", TensorRole.Value),
        ("attn_k.weight", TensorRole.Key),
        ("attn_q.weight", TensorRole.Query),
        ("attn_output.weight", TensorRole.AttentionOutput),
        ("ffn_down", TensorRole.Down),
    ];

    /// <summary>Parts of the names of matrices that are small or delicate, and stay as they are.</summary>
    private static readonly string[] Kept =
        ["_norm.weight", "ffn_gate_inp.weight", "position_embd", "token_types", "attn_rel_b.weight"];

    /// <summary>The role of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="hasOutput">Whether the model has an output matrix; without one the token embedding is it.</param>
    public static TensorRole Of(string name, bool hasOutput) => name switch
    {
        "output.weight" => TensorRole.Output,
        "token_embd.weight" => hasOutput ? TensorRole.TokenEmbedding : TensorRole.Output,
        _ => Parts.FirstOrDefault(part => name.Contains(part.Part, StringComparison.Ordinal)).Role,
    };

    /// <summary>Whether a tensor is quantised at all: a matrix, or a stack of them, of weights.</summary>
    public static bool IsQuantized(TensorInfo tensor) =>
        tensor.Name.EndsWith("weight", StringComparison.Ordinal)
        && tensor.Shape.SkipWhile(length => length == 1).Count() >= 2
        && !Array.Exists(Kept, part => tensor.Name.Contains(part, StringComparison.Ordinal));

    /// <summary>The layer that a name belongs to (<c>blk.12.…</c>); null for a tensor of the whole model.</summary>
    public static int? LayerOf(string name)
    {
        if (!name.StartsWith(LayerPrefix, StringComparison.Ordinal)) return null;

        var number = name.AsSpan(LayerPrefix.Length);
        var end = number.IndexOf('.');
        return end > 0 && int.TryParse(number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null;
    }
}
