using Cairn.Models.Adapters;
using Cairn.Models.Tests.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>An adapter goes onto a model whole or not at all.</summary>
public sealed class AdapterBindingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestDecoder _model;

    public AdapterBindingTests()
    {
        TinyModel.WriteLlama(_folder.File("base.gguf"));
        _model = new TestDecoder(_folder.File("base.gguf"), ActivationType.Float32, threads: 1);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Loaded_adapter_says_what_it_is()
    {
        using var adapter = Load(new PeftFolder());
        Assert.Equal(("style", 2, 2, 256L), (adapter.Name, adapter.Rank, adapter.ModuleCount, adapter.TrainableParameters));
        Assert.Equal(["attn_q", "ffn_down"], adapter.Targets);
        Assert.Equal(4 * 64 * sizeof(float), adapter.OwnedBytes);
    }

    [Fact]
    public void What_has_no_place_in_the_model_is_named()
    {
        RequireMismatch("model.layers.0.self_attn.w_proj", Renamed(PeftFolder.Query, "model.layers.0.self_attn.w_proj", "w_proj"));
        RequireMismatch("model.layers.7.self_attn.q_proj", Renamed(PeftFolder.Query, "model.layers.7.self_attn.q_proj"));
        RequireMismatch("vision.layers.0.self_attn.q_proj", Renamed(PeftFolder.Query, "vision.layers.0.self_attn.q_proj"));
        RequireMismatch("model.norm", Renamed(PeftFolder.Query, "model.norm", "norm"));

        var wide = new PeftFolder();
        wide.Add($"{PeftFolder.Prefix}{PeftFolder.Query}.lora_A.weight", 2, 48);
        var error = RequireMismatch(PeftFolder.Query, wide);
        Assert.Equal(("[32, 32]", "[32, 48]"), (error.Expected, error.Got));

        var embedding = new PeftFolder();
        embedding.Config["target_modules"]!.AsArray().Add("embed_tokens");
        embedding.Add($"{PeftFolder.Prefix}model.embed_tokens.lora_A.weight", 2, 32);
        embedding.Add($"{PeftFolder.Prefix}model.embed_tokens.lora_B.weight", 12, 2);
        RequireMismatch("model.embed_tokens", embedding);

        var norm = new PeftFolder();
        norm.Add($"{PeftFolder.Prefix}model.layers.0.mlp.up_proj.weight", 32, 32);
        RequireMismatch("model.layers.0.mlp.up_proj", norm);
    }

    [Fact]
    public void Module_that_the_configuration_means_but_the_file_lacks_is_named()
    {
        var peft = new PeftFolder();
        peft.Config["target_modules"]!.AsArray().Add("v_proj");
        RequireMismatch("model.layers.0.self_attn.v_proj", peft);
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused()
    {
        var peft = new PeftFolder();
        peft.Values($"{PeftFolder.Prefix}{PeftFolder.Query}.lora_B.weight")[5] = float.NaN;
        var error = Assert.Throws<ModelFormatException>(() => Load(peft));
        Assert.Equal(ModelFormatError.NotFinite, error.Kind);
        Assert.Contains("lora_B", error.Tensor!, StringComparison.Ordinal);
    }

    [Fact]
    public void Gguf_adapter_of_another_family_is_refused()
    {
        string path = PeftFolder.WriteGguf(_folder.File("other.gguf"), writer =>
        {
            writer.Add("general.architecture", "qwen2");
            writer.Add("general.type", "adapter");
            writer.Add("adapter.type", "lora");
            writer.Add("adapter.lora.alpha", 4f);
        });
        var error = Assert.Throws<AdapterMismatchException>(() => AdapterCase.Load(_model, path));
        Assert.Equal(("llama", "qwen2"), (error.Expected, error.Got));
    }

    [Fact]
    public void Half_precision_matrices_give_what_single_precision_gives()
    {
        var single = new PeftFolder(seed: 3);
        var half = new PeftFolder(seed: 3);
        foreach (var end in new[] { "lora_A.weight", "lora_B.weight" })
        {
            string name = $"{PeftFolder.Prefix}{PeftFolder.Query}.{end}";
            var values = single.Values(name);
            half.Add(name, end == "lora_A.weight" ? GgmlType.F16 : GgmlType.BF16, end == "lora_A.weight" ? [2, 32] : [32, 2]);
            values.CopyTo(half.Values(name), 0);
        }

        using var one = Load(single);
        using var other = Load(half, "half");
        _model.Adapters = AdapterSet.Create(new ActiveAdapter(one));
        var expected = _model.Logits([1, 2, 3]);
        _model.Adapters = AdapterSet.Create(new ActiveAdapter(other));
        Assert.Equal(expected, _model.Logits([1, 2, 3]));
    }

    [Fact]
    public void Output_matrix_can_be_adapted_though_it_is_tied()
    {
        var peft = new PeftFolder();
        foreach (var end in new[] { "lora_A.weight", "lora_B.weight" })
        {
            peft.Remove($"{PeftFolder.Prefix}{PeftFolder.Query}.{end}");
            peft.Remove($"{PeftFolder.Prefix}{PeftFolder.Down}.{end}");
        }

        peft.Config["target_modules"] = new System.Text.Json.Nodes.JsonArray("lm_head");
        peft.Add($"{PeftFolder.Prefix}lm_head.lora_A.weight", 2, 32);
        peft.Add($"{PeftFolder.Prefix}lm_head.lora_B.weight", 12, 2);
        float[] hidden = [];
        _model.Decoder.Observer = (layer, _, values) => hidden = values.ToArray(); // the last call is after the last norm
        float[] logits = _model.Logits([1, 2, 3])[^1];
        hidden = hidden[^32..];
        _model.Decoder.Observer = null;
        using var adapter = Load(peft);
        Assert.Equal(["output"], adapter.Targets);
        _model.Adapters = AdapterSet.Create(new ActiveAdapter(adapter, 0.5f));
        float[] adapted = _model.Logits([1, 2, 3])[^1];

        float[] a = peft.Values($"{PeftFolder.Prefix}lm_head.lora_A.weight"), b = peft.Values($"{PeftFolder.Prefix}lm_head.lora_B.weight");
        for (int i = 0; i < logits.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < 2; j++)
            {
                for (int k = 0; k < 32; k++) sum += (double)b[(i * 2) + j] * a[(j * 32) + k] * hidden[k];
            }

            Assert.Equal(logits[i] + sum, adapted[i], 1e-5); // alpha 4, rank 2 and half of it: a scale of 1
        }
    }

    private LoraAdapter Load(PeftFolder peft, string name = "style") => AdapterCase.Load(_model, peft.Write(_folder.File(name)));

    private AdapterMismatchException RequireMismatch(string module, PeftFolder peft)
    {
        var error = Assert.Throws<AdapterMismatchException>(() => Load(peft));
        Assert.Equal(module, error.Tensor);
        Assert.Contains($"'{module}'", error.Message, StringComparison.Ordinal);
        return error;
    }

    private static PeftFolder Renamed(string module, string other, string? target = null)
    {
        var peft = new PeftFolder();
        foreach (var end in new[] { "lora_A.weight", "lora_B.weight" })
            peft.Rename($"{PeftFolder.Prefix}{module}.{end}", $"{PeftFolder.Prefix}{other}.{end}");
        if (target is not null) peft.Config["target_modules"]!.AsArray().Add(target);
        return peft;
    }
}
