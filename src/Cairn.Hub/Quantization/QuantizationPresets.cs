using Cairn.Tensors;
using static Cairn.Hub.Quantization.LayerChoices;
using static Cairn.Hub.Quantization.TensorRole;
using static Cairn.Tensors.GgmlType;

namespace Cairn.Hub.Quantization;

/// <summary>The table of presets, with the mixtures that llama.cpp makes under the same names.</summary>
/// <remarks>
/// Facts of llama.cpp's quantiser (src/llama-quant.cpp of v0.5.0): tests compare the choice with its files. What holds for
/// all presets (<see cref="Common"/>, <see cref="Fallbacks"/>) stands below the table.
/// </remarks>
internal static class QuantizationPresets
{
    /// <summary>All presets, most bits first.</summary>
    public static IReadOnlyList<QuantizationPreset> All { get; } =
    [
        new("F32", 0, F32),
        new("F16", 1, F16),
        new("BF16", 32, BF16),
        new("Q8_0", 7, Q8_0),
        new("Q6_K", 18, Q6_K),
        new("Q5_K_M", 17, Q5_K,
            On(Value, Q6_K, Spread),
            On(Down, Q6_K, Spread)),
        new("Q5_K_S", 16, Q5_K),
        new("Q5_1", 9, Q5_1),
        new("Q5_0", 8, Q5_0,
            On(Down, Q5_1, FirstPart(8), Weighted)),
        new("Q4_K_M", 15, Q4_K,
            On(Value, Q6_K, Spread),
            On(Down, Q6_K, Spread),
            On(AttentionOutput, Q5_K, when: EightExperts)),
        new("Q4_K_S", 14, Q4_K,
            On(Value, Q5_K, First(4)),
            On(Down, Q5_K, FirstPart(8)),
            On(AttentionOutput, Q5_K, when: EightExperts)),
        new("Q4_1", 3, Q4_1),
        new("Q4_0", 2, Q4_0,
            On(Down, Q4_1, FirstPart(8), Weighted)),
        new("IQ4_NL", 25, IQ4_NL,
            On(Value, Q5_K, when: FourQueriesPerKey),
            On(Down, Q5_K, FirstPart(8), Unweighted),
            On(AttentionOutput, Q5_K, when: EightExperts)),
        new("Q3_K_L", 13, Q3_K,
            On(Value, Q5_K),
            On(Down, Q5_K),
            On(AttentionOutput, Q5_K, when: NotEightExperts)),
        new("Q3_K_M", 12, Q3_K,
            On(Value, Q5_K, First(2)),
            On(Value, Q4_K),
            On(Down, Q5_K, FirstPart(16)),
            On(Down, Q4_K),
            On(AttentionOutput, Q5_K, when: EightExperts),
            On(AttentionOutput, Q4_K)),
        new("Q3_K_S", 11, Q3_K,
            On(AttentionOutput, Q5_K, when: EightExperts)),
        new("Q2_K", 10, Q2_K,
            On(Value, Q4_K, when: FourQueriesPerKey),
            On(Value, Q3_K),
            On(Down, Q3_K),
            On(AttentionOutput, Q5_K, when: EightExperts),
            On(AttentionOutput, Q3_K)),
        new("Q2_K_S", 21, Q2_K,
            On(Value, Q4_K, when: FourQueriesPerKey),
            On(Down, Q4_K, FirstPart(8))) { NeedsImportance = true },
    ];

    /// <summary>Rules of every quantised preset, before its own: attention is small beside eight experts.</summary>
    public static IReadOnlyList<QuantizationRule> Common { get; } =
    [
        On(Value, Q8_0, when: EightExperts),
        On(Key, Q8_0, when: EightExperts),
    ];

    /// <summary>
    /// What stands in for a type whose blocks a row does not fill: from 256 values a block to 32. A row that does not fill
    /// those either becomes <see cref="LastResort"/>.
    /// </summary>
    public static IReadOnlyDictionary<GgmlType, GgmlType> Fallbacks { get; } = new Dictionary<GgmlType, GgmlType>
    {
        [Q2_K] = Q4_0,
        [Q3_K] = Q4_0,
        [Q4_K] = Q5_0,
        [Q5_K] = Q5_1,
        [Q6_K] = Q8_0,
    };

    /// <summary>Type of a matrix whose rows fill no blocks.</summary>
    public const GgmlType LastResort = F16;

    /// <summary>Type of an output matrix in every preset of fewer bits: each of its errors shows in a logit.</summary>
    public const GgmlType OutputType = Q6_K;

    /// <summary>In models with small value projections (<see cref="QuantizationSubject.HasSmallValues"/>) they get at least this.</summary>
    public const GgmlType SmallValueType = Q5_K;

    private static QuantizationRule On(
        TensorRole role, GgmlType type, LayerChoice? layers = null, Func<QuantizationSubject, bool>? when = null) =>
        new(role, type, layers ?? LayerChoices.All, when ?? Always);

    private static bool Always(QuantizationSubject model) => true;

    private static bool FourQueriesPerKey(QuantizationSubject model) => model.QueriesPerKey >= 4;

    private static bool EightExperts(QuantizationSubject model) => model.HasEightExperts;

    private static bool NotEightExperts(QuantizationSubject model) => !model.HasEightExperts;

    private static bool Weighted(QuantizationSubject model) => model.HasImportance;

    private static bool Unweighted(QuantizationSubject model) => !model.HasImportance;
}
