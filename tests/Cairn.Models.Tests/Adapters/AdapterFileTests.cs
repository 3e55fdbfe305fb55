using System.Text.Json.Nodes;
using Cairn.Models.Adapters;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>What an adapter on disk says, and what is refused in it.</summary>
public sealed class AdapterFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Peft_folder_is_described()
    {
        using var file = AdapterFile.Open(new PeftFolder().Write(_folder.File("style")));

        Assert.Equal("style", file.Name);
        Assert.Equal(AdapterFormat.Peft, file.Format);
        Assert.Equal([PeftFolder.Down, PeftFolder.Query], file.Modules.Select(module => module.Name));
        Assert.All(file.Modules, module => Assert.Equal((2, 4.0, 2.0, 32, 32), (module.Rank, module.Alpha, module.Scale, module.InputSize, module.OutputSize)));
        Assert.Equal(4 * 64, file.TrainableParameters);
        Assert.True(AdapterFile.IsAdapter(file.Path));
    }

    [Fact]
    public void Gguf_adapter_is_described()
    {
        using var file = AdapterFile.Open(PeftFolder.WriteGguf(_folder.File("style.gguf")));

        Assert.Equal(("style", AdapterFormat.Gguf, "llama"), (file.Name, file.Format, file.Architecture));
        Assert.Equal(("blk.0.attn_q.weight", 2, 2.0), (file.Modules[0].Name, file.Modules[0].Rank, file.Modules[0].Scale));
        Assert.True(AdapterFile.IsAdapter(file.Path));
    }

    [Fact]
    public void Gguf_alpha_of_zero_means_no_scale()
    {
        using var file = AdapterFile.Open(PeftFolder.WriteGguf(_folder.File("a.gguf"), writer =>
        {
            writer.Add("general.architecture", "llama");
            writer.Add("general.type", "adapter");
            writer.Add("adapter.type", "lora");
            writer.Add("adapter.lora.alpha", 0f);
        }));

        Assert.Equal(1, file.Modules[0].Scale);
    }

    [Theory]
    [InlineData("lora_bias", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("init_lora_weights", "\"pissa_niter_16\"")]
    [InlineData("init_lora_weights", "\"olora\"")]
    [InlineData("init_lora_weights", "\"loftq\"")]
    [InlineData("init_lora_weights", "\"unheard_of\"")]
    [InlineData("layer_replication", "[[0, 4], [2, 5]]")]
    [InlineData("trainable_token_indices", "[1, 2]")]
    [InlineData("target_parameters", "[\"mlp.experts.gate_up_proj\"]")]
    [InlineData("alora_invocation_tokens", "[5]")]
    [InlineData("use_qalora", "true")]
    [InlineData("ensure_weight_tying", "true")]
    [InlineData("invented_next_year", "{\"gain\": 2}")]
    public void What_is_not_implemented_is_refused_by_name(string key, string value)
    {
        var peft = new PeftFolder();
        peft.Config[key] = JsonNode.Parse(value);

        var error = Fails(peft);
        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains($"'{key}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init_lora_weights", "\"gaussian\"")]
    [InlineData("init_lora_weights", "false")]
    [InlineData("invented_next_year", "null")]
    [InlineData("lora_bias", "false")]
    [InlineData("loftq_config", "{}")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("lora_dropout", "0.1")]
    public void What_does_not_change_the_numbers_is_accepted(string key, string value)
    {
        var peft = new PeftFolder();
        peft.Config[key] = JsonNode.Parse(value);
        using var file = AdapterFile.Open(peft.Write(_folder.File("a")));
        Assert.Equal(2, file.Modules.Count);
    }

    [Fact]
    public void Tensors_that_nothing_explains_are_refused()
    {
        string query = $"{PeftFolder.Prefix}{PeftFolder.Query}";
        RequireTensor($"{query}.lora_magnitude_vector", peft => peft.Add($"{query}.lora_magnitude_vector", 32));
        RequireTensor($"{query}.lora_B.bias", peft => peft.Add($"{query}.lora_B.bias", 32));
        RequireTensor("model.layers.0.self_attn.q_proj.lora_A.weight", peft => peft.Rename($"{query}.lora_A.weight", "model.layers.0.self_attn.q_proj.lora_A.weight"));
        RequireTensor(
            $"{PeftFolder.Prefix}model.embed_tokens.token_adapter.trainable_tokens_delta",
            peft => peft.Add($"{PeftFolder.Prefix}model.embed_tokens.token_adapter.trainable_tokens_delta", 4, 32));
    }

    [Fact]
    public void Missing_partners_wrong_shapes_and_types_are_refused()
    {
        string query = $"{PeftFolder.Prefix}{PeftFolder.Query}";
        Require(ModelFormatError.MissingTensor, peft => peft.Remove($"{query}.lora_B.weight"));
        Require(ModelFormatError.BadShape, peft => peft.Add($"{query}.lora_B.weight", 32, 3)); // another rank than A
        Require(ModelFormatError.BadShape, peft => peft.Add($"{query}.lora_A.weight", 2, 0));
        Require(ModelFormatError.BadShape, peft => peft.Add($"{query}.lora_A.weight", 2, 4, 8));
        Require(ModelFormatError.BadShape, peft => peft.Config["r"] = 4); // another rank than the configuration's
        Require(ModelFormatError.Unsupported, peft => peft.Add($"{query}.lora_A.weight", GgmlType.I8, 2, 32));
        Require(ModelFormatError.UnexpectedTensor, peft => peft.Config["target_modules"] = new JsonArray("q_proj"));
        Require(ModelFormatError.UnexpectedTensor, peft => peft.Config["layers_to_transform"] = new JsonArray(1));
        Require(ModelFormatError.MissingTensor, peft => peft.Config["modules_to_save"] = new JsonArray("lm_head"));
        Require(ModelFormatError.MissingTensor, peft =>
        {
            peft.Config["use_dora"] = true;
        });
    }

    [Theory]
    [InlineData("r", "0")]
    [InlineData("r", "-1")]
    [InlineData("r", "\"2\"")]
    [InlineData("lora_alpha", "\"many\"")]
    [InlineData("lora_alpha", "1e999")]
    [InlineData("rank_pattern", "{\"q_proj\": 0}")]
    [InlineData("rank_pattern", "{\"q_proj\": 1.5}")]
    [InlineData("rank_pattern", "[1]")]
    [InlineData("alpha_pattern", "{\"(\": 1}")]
    [InlineData("alpha_pattern", "{\"(?=q)q_proj\": 1}")]
    [InlineData("target_modules", "7")]
    [InlineData("target_modules", "\"[\"")]
    [InlineData("layers_to_transform", "\"all\"")]
    [InlineData("modules_to_save", "\"lm_head\"")]
    public void Impossible_values_are_refused(string key, string value)
    {
        var peft = new PeftFolder();
        peft.Config.Remove(key);
        string path = peft.Write(_folder.File("a"));
        File.WriteAllText(Path.Combine(path, "adapter_config.json"), $"{peft.Config.ToJsonString().TrimEnd('}')},\"{key}\":{value}}}");
        Assert.Throws<ModelFormatException>(() => AdapterFile.Open(path));
    }

    [Fact]
    public void Pickled_weights_are_refused_and_folders_below_are_named()
    {
        string path = new PeftFolder().Write(_folder.File("outer/inner"));
        var error = Assert.Throws<ModelFormatException>(() => AdapterFile.Open(_folder.File("outer")));
        Assert.Contains("inner", error.Message, StringComparison.Ordinal);

        File.Move(Path.Combine(path, "adapter_model.safetensors"), Path.Combine(path, "adapter_model.bin"));
        error = Assert.Throws<ModelFormatException>(() => AdapterFile.Open(path));
        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Throws<FileNotFoundException>(() => AdapterFile.Open(_folder.File("nowhere")));
    }

    [Fact]
    public void Gguf_files_that_are_no_lora_adapter_are_refused()
    {
        Reject(ModelFormatError.BadValue, writer => writer.Add("general.architecture", "llama"));
        Reject(ModelFormatError.Unsupported, writer => Adapter(writer, "control_vector", 1));
        Reject(ModelFormatError.BadValue, writer => Adapter(writer, "lora", float.NaN));
        Reject(ModelFormatError.Unsupported, writer =>
        {
            Adapter(writer, "lora", 4);
            writer.Add("adapter.alora.invocation_tokens", new int[] { 1 });
        });
        Reject(ModelFormatError.UnexpectedTensor, writer => Adapter(writer, "lora", 4), ("output_norm.weight", [32]));
        Reject(ModelFormatError.MissingTensor, writer => Adapter(writer, "lora", 4), ("blk.0.attn_q.weight.lora_a", [2, 32]));
        Reject(ModelFormatError.MissingTensor, writer => Adapter(writer, "lora", 4), ("blk.0.attn_q.weight.lora_b", [32, 2]));
        Reject(
            ModelFormatError.BadShape, writer => Adapter(writer, "lora", 4),
            ("blk.0.attn_q.weight.lora_a", [2, 32]), ("blk.0.attn_q.weight.lora_b", [32, 3]));

        static void Adapter(GgufWriter writer, string kind, float alpha)
        {
            writer.Add("general.architecture", "llama");
            writer.Add("general.type", "adapter");
            writer.Add("adapter.type", kind);
            writer.Add("adapter.lora.alpha", alpha);
        }
    }

    [Fact]
    public void Adapter_in_the_place_of_a_model_is_refused_as_what_it_is()
    {
        using var file = GgufFile.Open(PeftFolder.WriteGguf(_folder.File("a.gguf")));
        var error = Assert.Throws<ModelFormatException>(() => Cairn.Models.Configuration.DecoderConfiguration.FromGguf(file));
        Assert.Contains("LoRA adapter", error.Message, StringComparison.Ordinal);
    }

    private void Reject(ModelFormatError kind, Action<GgufWriter> metadata, params (string Name, long[] Shape)[] tensors)
    {
        string path = PeftFolder.WriteGguf(_folder.File("bad.gguf"), metadata, tensors);
        Assert.Equal(kind, Assert.Throws<ModelFormatException>(() => AdapterFile.Open(path)).Kind);
    }

    private void RequireTensor(string tensor, Action<PeftFolder> change)
    {
        var peft = new PeftFolder();
        change(peft);
        var error = Fails(peft);
        Assert.Equal(ModelFormatError.UnexpectedTensor, error.Kind);
        Assert.Contains(tensor.Replace(PeftFolder.Prefix, "", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
    }

    private void Require(ModelFormatError kind, Action<PeftFolder> change)
    {
        var peft = new PeftFolder();
        change(peft);
        Assert.Equal(kind, Fails(peft).Kind);
    }

    private ModelFormatException Fails(PeftFolder peft) =>
        Assert.Throws<ModelFormatException>(() => AdapterFile.Open(peft.Write(_folder.File("a"))));
}
