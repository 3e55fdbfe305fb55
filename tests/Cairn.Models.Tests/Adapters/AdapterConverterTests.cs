using System.Text.Json.Nodes;
using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>PEFT to GGUF and back: the same bytes where the forms allow it, a reason where they do not.</summary>
public sealed class AdapterConverterTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama3-plain")]
    [InlineData("llama3-attention-q-v")]
    [InlineData("llama3-layer1")]
    [InlineData("qwen3-plain")]
    public void Gguf_holds_the_same_tensors_as_the_reference_converters(string name)
    {
        var golden = new AdapterCase(name);
        string path = _folder.File("a.gguf");
        Assert.Equal(new AdapterConversionResult(ModulesOf(golden), 0, 0), ToGguf(golden.PeftPath, golden, path));

        using var expected = GgufFile.Open(golden.GgufPath);
        using var actual = GgufFile.Open(path);
        foreach (var key in new[] { "general.architecture", "general.type", "adapter.type" })
            Assert.Equal(expected.Metadata.GetString(key), actual.Metadata.GetString(key));
        Assert.Equal(expected.Metadata.GetSingle("adapter.lora.alpha"), actual.Metadata.GetSingle("adapter.lora.alpha"));
        RequireSameTensors(expected, actual);
    }

    [Theory]
    [InlineData("llama3-plain")]
    [InlineData("llama3-attention-q-v")]
    [InlineData("llama3-layer1")]
    [InlineData("qwen3-plain")]
    public void Gguf_and_back_gives_the_same_folder(string name)
    {
        var golden = new AdapterCase(name);
        using (var gguf = AdapterFile.Open(golden.GgufPath))
        {
            AdapterConverter.WritePeft(gguf, Base(golden), golden.BaseName, _folder.File("peft"));
        }

        using var expected = SafetensorsFile.Open(Path.Combine(golden.PeftPath, "adapter_model.safetensors"));
        using var actual = SafetensorsFile.Open(_folder.File("peft/adapter_model.safetensors"));
        RequireSameTensors(expected, actual);
        using var one = AdapterFile.Open(golden.PeftPath);
        using var other = AdapterFile.Open(_folder.File("peft"));
        Assert.Equal(one.Modules.Select(module => module.ToString()), other.Modules.Select(module => module.ToString()));
        Assert.Equal(golden.BaseName, other.BaseModel);
    }

    [Theory]
    [InlineData("llama3-rslora", 0)] // one alpha serves all
    [InlineData("llama3-patterns", 3)] // v of both layers and o of the first take a power of two into B
    public void Scales_go_into_alpha_and_b_without_rounding(string name, int scaled)
    {
        var golden = new AdapterCase(name);
        string path = _folder.File("a.gguf");
        Assert.Equal(new AdapterConversionResult(ModulesOf(golden), scaled, 0), ToGguf(golden.PeftPath, golden, path));
        RequireReference(golden, path);
    }

    [Fact]
    public void Scales_that_cannot_be_expressed_are_refused_unless_rounding_is_allowed()
    {
        var golden = new AdapterCase("qwen3-rslora-patterns");
        string path = _folder.File("a.gguf");
        var error = Assert.Throws<NotSupportedException>(() => ToGguf(golden.PeftPath, golden, path));
        Assert.Contains("rounding", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));

        var result = ToGguf(golden.PeftPath, golden, path, new AdapterConversionOptions { AllowRounding = true });
        Assert.InRange(result.WorstRounding, 1e-12, 2e-7);
        RequireReference(golden, path);
    }

    [Theory]
    [InlineData("llama3-dora", "DoRA")]
    [InlineData("llama3-embeddings", "embedding")]
    [InlineData("llama2-lm-head-saved", "lm_head")]
    public void What_gguf_has_no_form_for_is_refused(string name, string reason)
    {
        var golden = new AdapterCase(name);
        string path = _folder.File("a.gguf");
        var error = Assert.Throws<NotSupportedException>(() => ToGguf(golden.PeftPath, golden, path));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Adapter_of_another_model_is_refused()
    {
        var (llama, qwen) = (new AdapterCase("llama3-plain"), new AdapterCase("qwen3-plain"));
        Assert.Throws<AdapterMismatchException>(() => ToGguf(llama.PeftPath, qwen, _folder.File("a.gguf")));
        using var gguf = AdapterFile.Open(llama.GgufPath);
        Assert.Throws<AdapterMismatchException>(() => AdapterConverter.WritePeft(gguf, Base(qwen), null, _folder.File("peft")));
        Assert.Throws<ArgumentException>(() => AdapterConverter.WriteGguf(gguf, Base(llama), _folder.File("a.gguf")));
    }

    [Fact]
    public void Half_precision_stays_half_precision()
    {
        TinyModel.WriteLlama(_folder.File("base.gguf"));
        using var file = GgufFile.Open(_folder.File("base.gguf"));
        var decoder = DecoderConfiguration.FromGguf(file);
        var peft = new PeftFolder();
        string query = $"{PeftFolder.Prefix}{PeftFolder.Query}";
        peft.Add($"{query}.lora_A.weight", GgmlType.BF16, 2, 32);
        peft.Add($"{query}.lora_B.weight", GgmlType.F16, 32, 2);
        using (var adapter = AdapterFile.Open(peft.Write(_folder.File("peft"))))
            AdapterConverter.WriteGguf(adapter, decoder, _folder.File("a.gguf"));

        using (var gguf = GgufFile.Open(_folder.File("a.gguf")))
        {
            Assert.True(gguf.TryGetTensor("blk.0.attn_q.weight.lora_a", out var a));
            Assert.True(gguf.TryGetTensor("blk.0.attn_q.weight.lora_b", out var b));
            Assert.Equal((GgmlType.BF16, GgmlType.F16), (a.Info.Type, b.Info.Type));
            Assert.Equal(peft.Values($"{query}.lora_A.weight"), a.ToFloats());
        }

        using (var adapter = AdapterFile.Open(_folder.File("a.gguf")))
            AdapterConverter.WritePeft(adapter, decoder, null, _folder.File("back"));
        using var expected = SafetensorsFile.Open(_folder.File("peft/adapter_model.safetensors"));
        using var actual = SafetensorsFile.Open(_folder.File("back/adapter_model.safetensors"));
        RequireSameTensors(expected, actual);
    }

    [Fact]
    public void Alpha_of_zero_and_ranks_that_differ_keep_their_scales()
    {
        TinyModel.WriteLlama(_folder.File("base.gguf"));
        using var file = GgufFile.Open(_folder.File("base.gguf"));
        foreach (float alpha in new[] { 0f, 6f })
        {
            string path = PeftFolder.WriteGguf(
                _folder.File("a.gguf"),
                writer =>
                {
                    writer.Add("general.architecture", "llama");
                    writer.Add("general.type", "adapter");
                    writer.Add("adapter.type", "lora");
                    writer.Add("adapter.lora.alpha", alpha);
                },
                ("blk.0.attn_q.weight.lora_a", [2, 32]), ("blk.0.attn_q.weight.lora_b", [32, 2]),
                ("blk.0.ffn_up.weight.lora_a", [3, 32]), ("blk.0.ffn_up.weight.lora_b", [32, 3]),
                ("token_embd.weight.lora_a", [12, 2]), ("token_embd.weight.lora_b", [32, 2]));
            using var gguf = AdapterFile.Open(path);
            AdapterConverter.WritePeft(gguf, DecoderConfiguration.FromGguf(file), null, _folder.File("peft"));
            using var peft = AdapterFile.Open(_folder.File("peft"));
            var scales = peft.Modules.ToDictionary(module => module.Name, module => (module.Rank, module.Scale));
            Assert.Equal((2, alpha == 0 ? 1 : 3.0), scales[PeftFolder.Query]);
            Assert.Equal((3, alpha == 0 ? 1 : 2.0), scales["model.layers.0.mlp.up_proj"]);
            Assert.Equal((2, alpha == 0 ? 1 : 3.0), scales["model.embed_tokens"]);
            Assert.Equal(AdapterModuleKind.Embedding, peft.Modules.Single(module => module.Name == "model.embed_tokens").Kind);
        }
    }

    [Fact]
    public void Scale_of_zero_is_refused_because_gguf_means_one_by_it()
    {
        TinyModel.WriteLlama(_folder.File("base.gguf"));
        using var file = GgufFile.Open(_folder.File("base.gguf"));
        var peft = new PeftFolder { Config = { ["lora_alpha"] = JsonNode.Parse("0") } };
        using var adapter = AdapterFile.Open(peft.Write(_folder.File("peft")));
        Assert.Throws<NotSupportedException>(() => AdapterConverter.WriteGguf(adapter, DecoderConfiguration.FromGguf(file), _folder.File("a.gguf")));
    }

    private void RequireReference(AdapterCase golden, string path)
    {
        using var model = golden.LoadBase();
        using var adapter = AdapterCase.Load(model, path);
        model.Adapters = AdapterSet.Create(new ActiveAdapter(adapter));
        double worst = golden.WorstDifference(model, "forty");
        output.WriteLine($"{path}: {worst:E2}");
        Assert.True(worst <= golden.Tolerance, $"worst difference {worst:E2}");
    }

    private static void RequireSameTensors(ITensorSource expected, ITensorSource actual)
    {
        Assert.Equal(expected.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), actual.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        foreach (var info in expected.Tensors)
        {
            Assert.True(expected.TryGetTensor(info.Name, out var one));
            Assert.True(actual.TryGetTensor(info.Name, out var other));
            Assert.Equal((info.Type, info.ShapeText), (other.Info.Type, other.Info.ShapeText));
            Assert.True(one.Bytes.SequenceEqual(other.Bytes), info.Name);
        }
    }

    private static AdapterConversionResult ToGguf(string peft, AdapterCase golden, string path, AdapterConversionOptions? options = null)
    {
        using var adapter = AdapterFile.Open(peft);
        return AdapterConverter.WriteGguf(adapter, Base(golden), path, options);
    }

    private static int ModulesOf(AdapterCase golden)
    {
        using var adapter = AdapterFile.Open(golden.PeftPath);
        return adapter.Modules.Count;
    }

    private static DecoderConfiguration Base(AdapterCase golden) => DecoderConfiguration.FromFolder(golden.BaseFolderPath);
}
