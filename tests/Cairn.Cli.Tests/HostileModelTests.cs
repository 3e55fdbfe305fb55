using System.Text.Json.Nodes;
using Cairn.Fuzz;
using Cairn.Inference;
using Cairn.Inference.Verification;
using Cairn.Models;
using Cairn.Models.Gguf;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests;

/// <summary>One lie in an otherwise valid model of each family: refused with its kind, in little memory.</summary>
public sealed class HostileModelTests
{
    private const long MaximumAllocation = 50_000_000;

    private static readonly ModelLoadOptions Options = new() { Threads = 1 };

    public static TheoryData<string, string, object?, ModelFormatError> GgufCases => new()
    {
        { "llama", "llama.block_count", 0u, ModelFormatError.BadValue },
        { "llama", "llama.block_count", 2_000_000_000u, ModelFormatError.MissingTensor },
        { "llama", "llama.attention.head_count", 0u, ModelFormatError.BadValue },
        { "llama", "llama.attention.head_count", 3u, ModelFormatError.BadShape },
        { "llama", "llama.attention.head_count_kv", uint.MaxValue, ModelFormatError.BadValue },
        { "llama", "llama.attention.key_length", 2_000_000_000u, ModelFormatError.BadValue },
        { "llama", "llama.attention.value_length", 8u, ModelFormatError.BadValue },
        { "llama", "llama.feed_forward_length", 2_000_000_000u, ModelFormatError.BadShape },
        { "llama", "llama.feed_forward_length", "many", ModelFormatError.BadType },
        { "llama", "llama.rope.freq_base", float.NaN, ModelFormatError.BadValue },
        { "llama", "llama.rope.freq_base", -1f, ModelFormatError.BadValue },
        { "llama", "llama.rope.dimension_count", 7u, ModelFormatError.BadValue },
        { "llama", "llama.rope.dimension_count", 2_000_000_000u, ModelFormatError.BadValue },
        { "llama", "llama.attention.layer_norm_rms_epsilon", null, ModelFormatError.MissingKey },
        { "llama", "llama.attention.layer_norm_rms_epsilon", float.PositiveInfinity, ModelFormatError.BadValue },
        { "llama-linear", "llama.rope.scaling.factor", 0f, ModelFormatError.BadValue },
        { "llama-linear", "llama.rope.scaling.type", "spiral", ModelFormatError.Unsupported },
        { "llama-yarn", "llama.rope.scaling.factor", float.NaN, ModelFormatError.BadValue },
        { "llama-yarn", "llama.rope.scaling.original_context_length", 0u, ModelFormatError.BadValue },
        { "phi3-longrope", "phi3.rope.scaling.original_context_length", uint.MaxValue, ModelFormatError.BadValue },
        { "phi3-longrope", "phi3.rope.scaling.attn_factor", float.NegativeInfinity, ModelFormatError.BadValue },
        { "llama-experts", "llama.expert_count", 2_000_000_000u, ModelFormatError.BadShape },
        { "llama-experts", "llama.expert_count", 0u, ModelFormatError.MissingTensor },
        { "llama-experts", "llama.expert_used_count", 0u, ModelFormatError.BadValue },
        { "llama-experts", "llama.expert_used_count", 5u, ModelFormatError.BadValue },
        { "qwen3moe-experts", "qwen3moe.expert_feed_forward_length", 2_000_000_000u, ModelFormatError.BadShape },
        { "qwen2", "qwen2.expert_count", 4u, ModelFormatError.Unsupported },
        { "gemma2", "gemma2.attention.sliding_window", uint.MaxValue, ModelFormatError.BadValue },
        { "gemma2", "gemma2.attn_logit_softcapping", float.NaN, ModelFormatError.BadValue },
        { "gemma2", "gemma2.final_logit_softcapping", -1f, ModelFormatError.BadValue },
        { "gemma3", "gemma3.attention.sliding_window", "wide", ModelFormatError.BadType },
        { "gemma3", "gemma3.attention.sliding_window_pattern", new[] { true }, ModelFormatError.BadValue },
        { "granite", "granite.logit_scale", 0f, ModelFormatError.BadValue },
        { "granite", "granite.residual_scale", float.NaN, ModelFormatError.BadValue },
        { "granite", "granite.embedding_scale", -3f, ModelFormatError.BadValue },
        { "gpt2", "gpt2.context_length", 2_000_000_000u, ModelFormatError.BadShape },
        { "gpt2", "gpt2.attention.layer_norm_epsilon", null, ModelFormatError.MissingKey },
        { "qwen3", "general.architecture", "qwen9", ModelFormatError.Unsupported },
        { "qwen3", "tokenizer.ggml.bos_token_id", 2_000_000_000u, ModelFormatError.BadValue },
    };

    [Theory]
    [MemberData(nameof(GgufCases))]
    public void Lie_in_a_gguf_file_is_refused(string model, string key, object? value, ModelFormatError kind)
    {
        using var folder = new TemporaryFolder();
        var (_, configuration) = TinyDecoder.All().Single(tiny => tiny.Name == model);
        TinyDecoder.Write(folder.File("valid.gguf"), configuration, hasSentencePieces: true);
        ModelVerifier.Verify(folder.File("valid.gguf"), Options, cancellationToken: TestContext.Current.CancellationToken);
        Rewrite(folder.File("valid.gguf"), folder.File("lie.gguf"), key, value);

        RequireRefusal(folder.File("lie.gguf"), kind);
    }

    public static TheoryData<string, string, string, ModelFormatError> FolderCases => new()
    {
        { "gemma2", "sliding_window", "-1", ModelFormatError.BadValue },
        { "gemma2", "head_dim", "2000000000", ModelFormatError.BadValue },
        { "gemma2", "attn_logit_softcapping", "\"4\"", ModelFormatError.BadType },
        { "gemma2", "query_pre_attn_scalar", "0", ModelFormatError.BadValue },
        { "gemma3", "num_hidden_layers", "2000000000", ModelFormatError.BadValue },
        { "mixtral", "num_local_experts", "2000000000", ModelFormatError.BadShape },
        { "mixtral", "num_experts_per_tok", "9", ModelFormatError.BadValue },
        { "qwen3-moe", "moe_intermediate_size", "2000000000", ModelFormatError.BadShape },
        { "llama-yarn", "rope_scaling", "{\"rope_type\":\"yarn\",\"factor\":0}", ModelFormatError.BadValue },
        { "llama-yarn", "rope_scaling", "[]", ModelFormatError.BadValue },
        { "phi3-longrope", "rope_scaling", "{\"type\":\"longrope\",\"long_factor\":[1],\"short_factor\":[1]}", ModelFormatError.BadValue },
        { "granite", "residual_multiplier", "0", ModelFormatError.BadValue },
        { "granite", "logits_scaling", "0", ModelFormatError.BadValue },
        { "gpt2", "n_head", "0", ModelFormatError.BadValue },
        { "llama2", "vocab_size", "2000000000", ModelFormatError.BadShape },
        { "olmo2", "hidden_size", "1e999", ModelFormatError.BadType },
        { "qwen3", "model_type", "{}", ModelFormatError.BadType },
        { "modernbert", "local_attention", "-2", ModelFormatError.BadValue },
        { "nomic-bert", "num_attention_heads", "7", ModelFormatError.BadValue },
        { "bert", "max_position_embeddings", "2000000000", ModelFormatError.BadShape },
    };

    [Theory]
    [MemberData(nameof(FolderCases))]
    public void Lie_in_a_folder_is_refused(string model, string key, string json, ModelFormatError kind)
    {
        using var folder = new TemporaryFolder();
        CopyGolden(model, folder);
        var text = File.ReadAllText(folder.File("config.json"));
        var config = JsonNode.Parse(text)!.AsObject();
        config[key] = "\u0001";
        File.WriteAllText(folder.File("config.json"), config.ToJsonString().Replace("\"\\u0001\"", json, StringComparison.Ordinal));

        RequireRefusal(folder.Path, kind);
    }

    [Theory]
    [InlineData("{\"weight_map\":{}}", ModelFormatError.MissingTensor)]
    [InlineData("{\"weight_map\":{\"model.embed_tokens.weight\":\"model-00001-of-00002.safetensors/../x\"}}", ModelFormatError.PathEscape)]
    [InlineData("{\"weight_map\":{\"model.embed_tokens.weight\":7}}", ModelFormatError.PathEscape)]
    [InlineData("{\"weight_map\":[]}", ModelFormatError.BadConfig)]
    [InlineData("{}", ModelFormatError.BadConfig)]
    [InlineData("[", ModelFormatError.BadConfig)]
    public void Lie_in_an_index_is_refused(string index, ModelFormatError kind)
    {
        using var folder = new TemporaryFolder();
        CopyGolden("llama2", folder);
        File.WriteAllText(folder.File("model.safetensors.index.json"), index);

        RequireRefusal(folder.Path, kind);
    }

    private static void CopyGolden(string model, TemporaryFolder folder)
    {
        foreach (var file in Directory.EnumerateFiles(SharedFiles.Golden($"architectures/{model}/hf")))
        {
            File.WriteAllBytes(folder.File(Path.GetFileName(file)), File.ReadAllBytes(file)); // a copy would be read-only, like the golden
        }
    }

    private static void RequireRefusal(string path, ModelFormatError kind)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<ModelFormatException>(
            () => ModelVerifier.Verify(path, Options, cancellationToken: TestContext.Current.CancellationToken));

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(error.Kind == kind, $"{error.Kind} instead of {kind}: {error.Message}");
        Assert.True(allocated < MaximumAllocation, $"allocated {allocated:N0} bytes");
    }

    private static void Rewrite(string from, string to, string changed, object? value)
    {
        using var source = GgufFile.Open(from);
        var writer = new GgufWriter();
        foreach (var key in source.Metadata.Keys.Where(key => key != changed)) writer.Copy(source.Metadata, key);
        switch (value)
        {
            case uint number: writer.Add(changed, number); break;
            case float number: writer.Add(changed, number); break;
            case string text: writer.Add(changed, text); break;
            case bool[] list: writer.Add(changed, list); break;
            default: Assert.Null(value); break;
        }

        foreach (var tensor in source.Tensors)
        {
            source.TryGetTensor(tensor.Name, out var view);
            writer.AddTensor(tensor.Name, tensor.Type, tensor.Shape, stream => TensorBytes.Copy(view, stream));
        }

        writer.Write(to);
    }
}
