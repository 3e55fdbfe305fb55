using Cairn.Models.Adapters;
using Cairn.Models.Tests.Transformers;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>Adapters on their base models against what PEFT computes, unmerged and in single precision.</summary>
public sealed class LoraGoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string> All =>
    [
        "llama3-plain", "llama3-attention-q-v", "llama3-layer1", "llama3-rslora", "llama3-patterns", "llama3-dora",
        "llama3-embeddings", "llama2-lm-head-saved", "qwen3-plain", "qwen3-rslora-patterns",
    ];

    public static TheoryData<string> WithGguf => ["llama3-plain", "llama3-attention-q-v", "llama3-layer1", "qwen3-plain"];

    [Theory]
    [MemberData(nameof(All))]
    public void Peft_folder_on_a_gguf_base_equals_the_reference(string name) => RequireReference(new AdapterCase(name), false, false);

    [Theory]
    [MemberData(nameof(All))]
    public void Peft_folder_on_a_folder_base_equals_the_reference(string name) => RequireReference(new AdapterCase(name), false, true);

    [Theory]
    [MemberData(nameof(WithGguf))]
    public void Gguf_adapter_on_a_gguf_base_equals_the_reference(string name) => RequireReference(new AdapterCase(name), true, false);

    [Theory]
    [MemberData(nameof(WithGguf))]
    public void Gguf_adapter_on_a_folder_base_equals_the_reference(string name) => RequireReference(new AdapterCase(name), true, true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scale_of_a_request_multiplies_the_adapters_own(bool isGguf)
    {
        var golden = new AdapterCase("llama3-plain");
        using var model = golden.LoadBase();
        using var adapter = AdapterCase.Load(model, isGguf ? golden.GgufPath : golden.PeftPath);
        model.Adapters = AdapterSet.Create(new ActiveAdapter(adapter, 0.5f));
        foreach (var sequence in new[] { "seven", "forty" })
        {
            var worst = golden.WorstDifference(model, sequence, "logits_scale_half");
            output.WriteLine($"{sequence}: {worst:E2}");
            Assert.True(worst <= golden.Tolerance, $"{sequence}: worst difference {worst:E2}");
        }
    }

    private void RequireReference(AdapterCase golden, bool isGguf, bool baseIsFolder)
    {
        using var model = golden.LoadBase(baseIsFolder);
        using var adapter = AdapterCase.Load(model, isGguf ? golden.GgufPath : golden.PeftPath);
        model.Adapters = AdapterSet.Create(new ActiveAdapter(adapter));
        foreach (var sequence in new[] { "seven", "forty" })
        {
            var worst = golden.WorstDifference(model, sequence);
            output.WriteLine($"{sequence}: {worst:E2}");
            Assert.True(worst <= golden.Tolerance, $"{sequence}: worst difference {worst:E2}, allowed {golden.Tolerance:E2}");
        }

        List<int> tokens = [.. golden.Ids("seven")];
        var expected = golden.GreedyTokens;
        using var cache = model.Decoder.CreateCache(tokens.Count + expected.Length);
        var logits = model.Logits(cache, tokens.ToArray())[^1];
        foreach (var token in expected)
        {
            Assert.Equal(token, TestDecoder.ArgMax(logits));
            logits = model.Logits(cache, [token])[^1];
        }
    }
}
