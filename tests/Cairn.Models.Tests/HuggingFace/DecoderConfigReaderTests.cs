using System.Text.Json.Nodes;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.HuggingFace;

/// <summary>config.json of every family, in both forms, means what the golden GGUF file says.</summary>
public sealed class DecoderConfigReaderTests
{
    public static TheoryData<string> Models { get; } =
    [
        "llama2", "llama3", "llama-linear", "llama-yarn", "mistral", "mixtral", "qwen2", "qwen3", "qwen3-moe",
        "gemma2", "gemma3", "phi3", "phi3-longrope", "granite", "olmo2", "gpt2",
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Folder_reads_as_the_file_does(string name)
    {
        using var file = GgufFile.Open(SharedFiles.Golden($"architectures/{name}/gguf/{name}-{(name == "granite" ? "f32" : "f16")}.gguf"));

        var fromFolder = DecoderConfiguration.FromFolder(SharedFiles.Golden($"architectures/{name}/hf"));

        var expected = DecoderConfiguration.FromGguf(file);
        if (name == "mistral") // its GGUF files do not name the window
            expected = expected with { SlidingWindow = 12, IsSlidingLayer = LayerPattern.AllBut(3, 0) };
        Assert.Equal(expected, fromFolder);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Both_forms_of_config_json_give_the_same_configuration(string name)
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFiles.Golden($"architectures/{name}/config.v5.json"), folder.File("config.json"));

        Assert.Equal(
            DecoderConfiguration.FromFolder(SharedFiles.Golden($"architectures/{name}/hf")),
            DecoderConfiguration.FromFolder(folder.Path));
    }

    [Fact]
    public void Gemma_divides_scores_by_the_root_of_its_own_number()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFiles.Golden("architectures/gemma2/variants/qpas24/config.json"), folder.File("config.json"));

        Assert.Equal(1 / MathF.Sqrt(24), DecoderConfiguration.FromFolder(folder.Path).AttentionScale);
    }

    [Theory]
    [InlineData("mistral")]
    [InlineData("phi3")]
    public void Window_that_is_null_is_none(string name)
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFiles.Golden($"architectures/{name}/variants/no-window/config.json"), folder.File("config.json"));

        var configuration = DecoderConfiguration.FromFolder(folder.Path);

        Assert.Equal((0, 0), (configuration.SlidingWindow, configuration.IsSlidingLayer.Count));
    }

    [Fact]
    public void Qwen_windows_reach_the_upper_layers_only_where_they_are_switched_on()
    {
        var configuration = Read("qwen2", config =>
        {
            config["use_sliding_window"] = true;
            config["max_window_layers"] = 1;
        });

        Assert.Equal([0, 16], Enumerable.Range(0, 2).Select(configuration.WindowOf));
    }

    [Theory]
    [InlineData("llama2", "sliding_window", "4096")]
    [InlineData("llama2", "layer_types", "[\"full_attention\",\"full_attention\"]")]
    [InlineData("olmo2", "sliding_window", "null")]
    [InlineData("olmo2", "layer_types", "[\"full_attention\",\"full_attention\"]")]
    public void Family_without_a_window_reads_what_names_none_or_is_ignored_by_the_published_code(string name, string key, string value) =>
        Assert.Equal(
            DecoderConfiguration.FromFolder(SharedFiles.Golden($"architectures/{name}/hf")),
            Read(name, config => config[key] = JsonNode.Parse(value)));

    [Fact]
    public void Layer_types_say_which_layers_slide()
    {
        var configuration = Read("gemma3", config => config["layer_types"] = new JsonArray(
            [.. new[] { 1, 0, 1, 1, 0, 0, 1 }.Select(slides => (JsonNode)(slides == 1 ? "sliding_attention" : "full_attention"))]));

        Assert.Equal("x-xx--x", configuration.IsSlidingLayer.ToString());
    }

    [Fact]
    public void Gpt2_width_of_the_feed_forward_layer_is_read_where_it_is_given() =>
        Assert.Equal(100, Read("gpt2", config => config["n_inner"] = 100).IntermediateSize);

    [Fact]
    public void Longrope_has_an_older_name() =>
        Assert.Equal(
            DecoderConfiguration.FromFolder(SharedFiles.Golden("architectures/phi3-longrope/hf")),
            Read("phi3-longrope", config => Rename(config["rope_scaling"]!.AsObject(), "su")));

    [Theory]
    [InlineData("llama2", "hidden_act", "\"gelu\"")]
    [InlineData("gemma2", "hidden_activation", "\"relu\"")]
    [InlineData("gemma3", "use_bidirectional_attention", "true")]
    [InlineData("gemma3", "layer_types", "[\"sliding_attention\"]", ModelFormatError.BadValue)]
    [InlineData("olmo2", "sliding_window", "4096")]
    [InlineData("olmo2", "layer_types", "[\"sliding_attention\",\"full_attention\"]")]
    [InlineData("granite", "sliding_window", "64")]
    [InlineData("gpt2", "sliding_window", "64")]
    [InlineData("llama2", "layer_types", "[\"sliding_attention\",\"full_attention\"]")]
    [InlineData("qwen3", "layer_types", "[\"full_attention\",\"chunked_attention\"]")]
    [InlineData("llama2", "rope_scaling", "{\"type\":\"dynamic\",\"factor\":2}")]
    [InlineData("llama2", "rope_scaling", "{\"rope_type\":\"linear\"}", ModelFormatError.MissingKey)]
    [InlineData("llama2", "rope_scaling", "{\"rope_type\":\"yarn\",\"factor\":2,\"mscale\":0.7}")]
    [InlineData("llama2", "quantization_config", "{\"quant_method\":\"gptq\"}")]
    [InlineData("llama2", "partial_rotary_factor", "0.5")]
    [InlineData("mistral", "num_hidden_layers", "2000000000", ModelFormatError.BadValue)]
    [InlineData("llama2", "num_attention_heads", "5", ModelFormatError.BadValue)]
    [InlineData("qwen3-moe", "mlp_only_layers", "[0]")]
    [InlineData("qwen3-moe", "decoder_sparse_step", "2")]
    [InlineData("qwen3-moe", "num_experts_per_tok", "9", ModelFormatError.BadValue)]
    [InlineData("gpt2", "scale_attn_by_inverse_layer_idx", "true")]
    [InlineData("gpt2", "scale_attn_weights", "false")]
    [InlineData("gpt2", "activation_function", "\"gelu\"")]
    [InlineData("phi3", "partial_rotary_factor", "1.5", ModelFormatError.BadValue)]
    [InlineData("phi3-longrope", "rope_scaling", "{\"type\":\"longrope\",\"short_factor\":[1],\"long_factor\":[1],\"long_mscale\":1.2}")]
    [InlineData("llama2", "model_type", "\"mamba\"")]
    public void What_would_change_the_numbers_is_refused_by_name(
        string name, string key, string value, ModelFormatError kind = ModelFormatError.Unsupported)
    {
        var error = Assert.Throws<ModelFormatException>(() => Read(name, config => config[key] = JsonNode.Parse(value)));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(key == "model_type" ? "mamba" : key, error.Message, StringComparison.Ordinal);
    }

    private static DecoderConfiguration Read(string name, Action<JsonObject> change)
    {
        using var folder = new TemporaryFolder();
        var config = JsonNode.Parse(File.ReadAllText(SharedFiles.Golden($"architectures/{name}/hf/config.json")))!.AsObject();
        change(config);
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        return DecoderConfiguration.FromFolder(folder.Path);
    }

    private static void Rename(JsonObject scaling, string type)
    {
        scaling.Remove("rope_type");
        scaling["type"] = type;
    }
}
