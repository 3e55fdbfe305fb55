using System.Runtime.InteropServices;
using Cairn.Models.Adapters;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Models.Tests.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
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

    /// <summary>PEFT saves the base's embedding beside an adapter on it, which its reader then puts in the base's place.</summary>
    [Fact]
    public void Base_weight_in_an_adapter_takes_the_place_of_the_models()
    {
        var golden = new AdapterCase("llama3-embeddings");
        using var folder = new TemporaryFolder();
        using (var source = SafetensorsFile.Open(Path.Combine(golden.PeftPath, "adapter_model.safetensors")))
        using (var model = SafetensorsFolder.Open(golden.BaseFolderPath))
        {
            var writer = new SafetensorsWriter();
            foreach (var info in source.Tensors)
            {
                source.TryGetTensor(info.Name, out var view);
                writer.AddTensor(info.Name, info.Type, info.Shape, stream => stream.Write(view.Bytes));
            }

            Assert.True(model.TryGetTensor("model.embed_tokens.weight", out var embedding));
            writer.AddTensor(
                "base_model.model.model.embed_tokens.base_layer.weight", embedding.Info.Type, embedding.Info.Shape, stream => stream.Write(embedding.Bytes));
            writer.Write(folder.File("adapter_model.safetensors"), cancellationToken: TestContext.Current.CancellationToken);
            File.Copy(Path.Combine(golden.PeftPath, "adapter_config.json"), folder.File("adapter_config.json"));
        }

        using var decoder = golden.LoadBase();
        using var adapter = AdapterCase.Load(decoder, folder.Path);
        decoder.Adapters = AdapterSet.Create(new ActiveAdapter(adapter));
        Assert.InRange(golden.WorstDifference(decoder, "forty"), 0, golden.Tolerance);
    }

    [Fact]
    public void Gguf_adapter_on_the_embedding_equals_the_reference()
    {
        var golden = new AdapterCase("llama3-embeddings");
        using var folder = new TemporaryFolder();
        using (var peft = AdapterFile.Open(golden.PeftPath))
        {
            var writer = new GgufWriter();
            writer.Add("general.architecture", "llama");
            writer.Add("general.type", "adapter");
            writer.Add("adapter.type", "lora");
            writer.Add("adapter.lora.alpha", 8f);
            foreach (var module in peft.Modules)
            {
                bool isTable = module.Kind == AdapterModuleKind.Embedding;
                string name = isTable ? "token_embd.weight" : $"blk.{module.Name.Split('.')[2]}.attn_q.weight";
                float[] a = isTable ? AdapterLayout.Transpose(module.A.ToFloats(), module.Rank, module.InputSize) : module.A.ToFloats();
                float[] b = AdapterLayout.ToCanonicalRows(module.B.ToFloats(), module.Rank, isTable ? TensorLayout.Same : TensorLayout.InterleavedHeads, 16);
                long[] shapeOfA = isTable ? [module.InputSize, module.Rank] : [module.Rank, module.InputSize];
                writer.AddTensor($"{name}.lora_a", GgmlType.F32, shapeOfA, stream => stream.Write(MemoryMarshal.AsBytes(a.AsSpan())));
                writer.AddTensor($"{name}.lora_b", GgmlType.F32, [module.OutputSize, module.Rank], stream => stream.Write(MemoryMarshal.AsBytes(b.AsSpan())));
            }

            writer.Write(folder.File("a.gguf"), cancellationToken: TestContext.Current.CancellationToken);
        }

        using var decoder = golden.LoadBase();
        Assert.Equal(16, decoder.Decoder.Configuration.HeadDim);
        using var adapter = AdapterCase.Load(decoder, folder.File("a.gguf"));
        decoder.Adapters = AdapterSet.Create(new ActiveAdapter(adapter));
        Assert.InRange(golden.WorstDifference(decoder, "forty"), 0, golden.Tolerance);
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
