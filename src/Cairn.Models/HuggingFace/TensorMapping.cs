namespace Cairn.Models.HuggingFace;

/// <summary>The names of one family's tensors in Hugging Face folders and in GGUF, readable in both directions.</summary>
/// <remarks>Immutable, and safe for concurrent use.</remarks>
public sealed class TensorMapping
{
    private const string Weight = ".weight";
    private const string Bias = ".bias";

    private readonly string _prefix;
    private readonly IReadOnlyList<TensorRule> _rules;
    private readonly IReadOnlyList<string> _unused;

    /// <summary>A family's table.</summary>
    /// <param name="prefix">What heads put before the names of the base model (<c>model.</c>); folders may lack it.</param>
    /// <param name="rules">The tensors.</param>
    /// <param name="unused">Full names, in the rules' notation, of what older files hold besides: buffers, no weights.</param>
    internal TensorMapping(string prefix, IReadOnlyList<TensorRule> rules, IReadOnlyList<string> unused) =>
        (_prefix, _rules, _unused) = (prefix, rules, unused);

    /// <summary>The table of a family.</summary>
    /// <param name="modelType"><c>model_type</c> of config.json, such as <c>qwen2</c>.</param>
    /// <param name="mapping">The table.</param>
    /// <returns>Whether Cairn knows the family.</returns>
    public static bool TryForFamily(string modelType, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TensorMapping? mapping) =>
        TensorMappings.ByFamily.TryGetValue(modelType, out mapping);

    /// <summary>The table of a family.</summary>
    /// <param name="modelType"><c>model_type</c> of config.json, such as <c>qwen2</c>.</param>
    /// <exception cref="NotSupportedException">Cairn does not know the family.</exception>
    public static TensorMapping ForFamily(string modelType) => TryForFamily(modelType, out var mapping)
        ? mapping
        : throw new NotSupportedException(
            $"Models of type '{modelType}' are not known; known: {string.Join(", ", TensorMappings.ByFamily.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Finds the canonical place of a folder's tensor.</summary>
    /// <param name="huggingFaceName">Its name, such as <c>model.layers.3.self_attn.q_proj.weight</c>.</param>
    /// <param name="target">Where it goes.</param>
    /// <returns>Whether the family has such a tensor.</returns>
    public bool TryMap(string huggingFaceName, out CanonicalTensor target)
    {
        ArgumentNullException.ThrowIfNull(huggingFaceName);
        target = default;
        if (!TrySplit(huggingFaceName, out var stem, out var suffix)) return false;

        foreach (var rule in _rules)
        {
            if (!TryMatch(rule.HuggingFace, stem, out var layer, out var expert)) continue;

            target = new CanonicalTensor(
                TensorRule.Fill(rule.Canonical, layer) + suffix, LayoutOf(rule, suffix), expert);
            return true;
        }

        return false;
    }

    /// <summary>Finds the place of a canonical tensor in a folder.</summary>
    /// <param name="canonicalName">Its name, such as <c>blk.3.attn_q.weight</c>.</param>
    /// <param name="target">Where it lies.</param>
    /// <param name="isBare">Whether the folder holds the base model alone, whose names lack the prefix.</param>
    /// <returns>Whether the family has such a tensor.</returns>
    public bool TryInvert(string canonicalName, out HuggingFaceTensor target, bool isBare = false)
    {
        ArgumentNullException.ThrowIfNull(canonicalName);
        target = default;
        if (!TrySplit(canonicalName, out var stem, out var suffix)) return false;

        foreach (var rule in _rules)
        {
            if (!TensorRule.TryMatch(rule.Canonical, stem, out var layer, out _)) continue;

            var pattern = rule.HuggingFace is [TensorRule.Prefix, .. var rest] ? (isBare ? rest : _prefix + rest) : rule.HuggingFace;
            target = new HuggingFaceTensor(TensorRule.Fill(pattern, layer) + suffix, LayoutOf(rule, suffix));
            return true;
        }

        return false;
    }

    /// <summary>Whether a folder's tensor is a buffer that no model needs.</summary>
    internal bool IsUnused(string huggingFaceName) =>
        _unused.Any(pattern => TryMatch(pattern, huggingFaceName, out _, out _));

    private bool TryMatch(string pattern, ReadOnlySpan<char> name, out int? layer, out int? expert)
    {
        if (pattern is not [TensorRule.Prefix, .. var rest]) return TensorRule.TryMatch(pattern, name, out layer, out expert);

        return TensorRule.TryMatch(rest, name.StartsWith(_prefix) ? name[_prefix.Length..] : name, out layer, out expert);
    }

    private static TensorLayout LayoutOf(TensorRule rule, string suffix) =>
        suffix == Bias && rule.Layout is TensorLayout.Transposed or TensorLayout.OnePlus ? TensorLayout.Same : rule.Layout;

    private static bool TrySplit(string name, out ReadOnlySpan<char> stem, out string suffix)
    {
        suffix = name.EndsWith(Weight, StringComparison.Ordinal) ? Weight : Bias;
        stem = name.AsSpan(0, Math.Max(0, name.Length - suffix.Length));
        return name.EndsWith(suffix, StringComparison.Ordinal);
    }
}
