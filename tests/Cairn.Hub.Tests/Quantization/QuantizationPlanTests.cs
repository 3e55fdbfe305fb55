using System.Text.Json;
using Cairn.Hub.Quantization;
using Cairn.Models;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Quantization;

public sealed class QuantizationPlanTests
{
    private static readonly QuantizationSubject Dense = new(32, 1, 0, HasOutput: true, HasImportance: false);

    [Fact]
    public void Types_are_those_of_the_golden_file()
    {
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/llama-256/gguf/llama-256-q4_k_m.gguf"));
        var hasOutput = file.TryGetTensor("output.weight", out _);
        var layers = (int)file.Metadata.GetUInt32("llama.block_count");
        var queriesPerKey = (int)(file.Metadata.GetUInt32("llama.attention.head_count") / file.Metadata.GetUInt32("llama.attention.head_count_kv"));
        var plan = new QuantizationPlan(
            QuantizationPreset.Get("q4_k_m"), new QuantizationSubject(layers, queriesPerKey, 0, hasOutput, false), isPure: false);

        foreach (var tensor in file.Tensors)
        {
            Assert.Equal((tensor.Name, tensor.Type), (tensor.Name, plan.TypeOf(tensor with { Type = GgmlType.F32 })));
        }
    }

    [Fact]
    public void Types_are_those_that_llama_cpp_chose()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Path("tests", "Cairn.Hub.Tests", "Quantization", "presets.json")));
        var compared = 0;
        foreach (var model in golden.RootElement.GetProperty("models").EnumerateArray())
        {
            var subject = new QuantizationSubject(
                model.GetProperty("layers").GetInt32(), model.GetProperty("queries_per_key").GetInt32(), model.GetProperty("experts").GetInt32(),
                model.GetProperty("has_output").GetBoolean(), HasImportance: false);
            foreach (var preset in model.GetProperty("presets").EnumerateObject())
            {
                var plan = new QuantizationPlan(QuantizationPreset.Get(preset.Name), subject, isPure: false);
                foreach (var tensor in preset.Value.EnumerateObject())
                {
                    var expected = tensor.Value.GetString()!;
                    var isKept = tensor.Name.Contains("gate_inp", StringComparison.Ordinal); // the sources were F16
                    if (isKept) continue;

                    Assert.Equal(
                        (model.GetProperty("name").GetString(), preset.Name, tensor.Name, expected),
                        (model.GetProperty("name").GetString(), preset.Name, tensor.Name, Runs(plan, tensor.Name, subject.LayerCount)));
                    compared++;
                }
            }
        }

        Assert.True(compared > 700, $"{compared}");
    }

    [Theory]
    [InlineData("Q4_K_M", 256, GgmlType.Q4_K)]
    [InlineData("Q4_K_M", 576, GgmlType.Q5_0)]
    [InlineData("Q5_K_M", 576, GgmlType.Q5_1)]
    [InlineData("Q6_K", 576, GgmlType.Q8_0)]
    [InlineData("Q3_K_S", 576, GgmlType.Q4_0)]
    [InlineData("Q2_K_S", 576, GgmlType.Q4_0)]
    [InlineData("Q4_K_M", 88, GgmlType.F16)]
    [InlineData("Q8_0", 88, GgmlType.F16)]
    public void Rows_that_do_not_fill_blocks_get_another_type(string preset, long columns, GgmlType expected)
    {
        Assert.Equal(expected, Choose(preset, "blk.9.ffn_up.weight", [64, columns]));
    }

    [Theory]
    [InlineData("blk.0.attn_norm.weight", new long[] { 256 })]
    [InlineData("blk.0.attn_q.bias", new long[] { 256 })]
    [InlineData("blk.0.ffn_gate_inp.weight", new long[] { 8, 256 })]
    [InlineData("position_embd.weight", new long[] { 512, 256 })]
    [InlineData("token_types.weight", new long[] { 2, 256 })]
    [InlineData("cls.output.weight", new long[] { 1, 256 })]
    public void Small_and_delicate_tensors_stay_as_they_are(string name, long[] shape)
    {
        Assert.Equal(GgmlType.F32, Choose("Q4_0", name, shape));
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F32")]
    public void Unquantised_types_are_the_same_for_all_matrices(string preset)
    {
        Assert.Equal(Enum.Parse<GgmlType>(preset), Choose(preset, "output.weight", [320, 256]));
        Assert.Equal(Enum.Parse<GgmlType>(preset), Choose(preset, "blk.3.ffn_down.weight", [256, 88]));
    }

    [Fact]
    public void Pure_presets_have_no_exceptions()
    {
        var plan = new QuantizationPlan(QuantizationPreset.Get("Q4_K_M"), Dense, isPure: true);

        Assert.Equal(GgmlType.Q4_K, plan.TypeOf(Matrix("output.weight", [320, 256])));
        Assert.Equal(GgmlType.Q4_K, plan.TypeOf(Matrix("blk.0.attn_v.weight", [256, 256])));
    }

    [Fact]
    public void Importance_lets_the_first_layers_do_with_other_types()
    {
        var weighted = new QuantizationPlan(QuantizationPreset.Get("Q4_0"), Dense with { HasImportance = true }, isPure: false);

        Assert.Equal(GgmlType.Q4_1, weighted.TypeOf(Matrix("blk.3.ffn_down.weight", [256, 256])));
        Assert.Equal(GgmlType.Q4_0, weighted.TypeOf(Matrix("blk.4.ffn_down.weight", [256, 256])));
        Assert.Equal(GgmlType.Q4_0, Choose("Q4_0", "blk.3.ffn_down.weight", [256, 256]));
    }

    [Theory]
    [InlineData("Q4_K", "Q4_K_M")]
    [InlineData("q3_k_l", "Q3_K_L")]
    [InlineData("iq4_nl", "IQ4_NL")]
    public void Preset_is_found_by_any_spelling(string name, string expected) =>
        Assert.Equal(expected, QuantizationPreset.Get(name).Name);

    [Fact]
    public void Unknown_preset_lists_the_known() =>
        Assert.Contains("Q4_K_M", Assert.Throws<ArgumentException>(() => QuantizationPreset.Get("Q9")).Message);

    private static GgmlType Choose(string preset, string name, long[] shape) =>
        new QuantizationPlan(QuantizationPreset.Get(preset), Dense, isPure: false).TypeOf(Matrix(name, shape));

    /// <summary>Types of a part of all layers, or of one tensor of the model, as <c>count:type</c>.</summary>
    private static string Runs(QuantizationPlan plan, string part, int layers)
    {
        var isWhole = part.StartsWith("token_embd", StringComparison.Ordinal) || part.StartsWith("output", StringComparison.Ordinal);
        var types = Enumerable.Range(0, isWhole ? 1 : layers)
            .Select(layer => plan.TypeOf(Matrix(isWhole ? part : $"blk.{layer}.{part}", [256, 256]))).ToList();
        var runs = new List<string>();
        for (var start = 0; start < types.Count;)
        {
            var count = types.Skip(start).TakeWhile(type => type == types[start]).Count();
            runs.Add($"{count}:{types[start]}");
            start += count;
        }

        return string.Join(' ', runs);
    }

    private static TensorInfo Matrix(string name, long[] shape) => new(name, GgmlType.F32, shape, 0, 0);
}
