using System.Text.Json.Nodes;
using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>PEFT's rules for names, ranks and scales.</summary>
public sealed class PeftRuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"q_proj": 2}""", "model.layers.0.self_attn.q_proj", 2)]
    [InlineData("""{"q_proj": 2}""", "q_proj", 2)]
    [InlineData("""{"q_proj": 2}""", "model.layers.0.self_attn.seq_proj", 8)] // an end starts after a dot
    [InlineData("""{"layers.1.mlp.down_proj": 6}""", "model.layers.1.mlp.down_proj", 6)]
    [InlineData("""{"layers.1.mlp.down_proj": 6}""", "model.layers.11.mlp.down_proj", 8)]
    [InlineData("""{"layers\\.[01]\\..*": 3, "q_proj": 2}""", "model.layers.1.self_attn.q_proj", 3)] // the first that matches
    [InlineData("""{"q_proj": 2, "layers\\.[01]\\..*": 3}""", "model.layers.1.self_attn.q_proj", 2)]
    [InlineData("""{"^model.layers.0.self_attn.q_proj": 5}""", "model.layers.0.self_attn.q_proj", 5)]
    [InlineData("""{"^layers.0.self_attn.q_proj": 5}""", "model.layers.0.self_attn.q_proj", 8)]
    [InlineData("""{"q_proj|k_proj": 4}""", "model.layers.0.self_attn.k_proj", 4)]
    public void Pattern_matches_the_end_of_a_path(string pattern, string module, int rank)
    {
        var config = Read(new JsonObject { ["r"] = 8, ["rank_pattern"] = JsonNode.Parse(pattern) });
        Assert.Equal(rank, config.StrengthOf(module).Rank);
    }

    [Fact]
    public void Scale_follows_each_modules_own_rank_and_alpha()
    {
        var plain = Read(JsonNode.Parse("""{"r": 4, "lora_alpha": 8, "rank_pattern": {"q_proj": 2}, "alpha_pattern": {"v_proj": 16}}""")!.AsObject());
        Assert.Equal((2, 8.0, 4.0), plain.StrengthOf("layers.0.q_proj"));
        Assert.Equal((4, 16.0, 4.0), plain.StrengthOf("layers.0.v_proj"));
        Assert.Equal((4, 8.0, 2.0), plain.StrengthOf("layers.0.k_proj"));

        var stabilized = Read(JsonNode.Parse("""{"r": 4, "lora_alpha": 8, "use_rslora": true, "rank_pattern": {"q_proj": 2}}""")!.AsObject());
        Assert.Equal(8 / Math.Sqrt(2), stabilized.StrengthOf("layers.0.q_proj").Scale);
        Assert.Equal(4, stabilized.StrengthOf("layers.0.k_proj").Scale);
    }

    [Theory]
    [InlineData("""{"target_modules": ["q_proj"]}""", "model.layers.0.self_attn.q_proj", true)]
    [InlineData("""{"target_modules": ["proj"]}""", "model.layers.0.self_attn.q_proj", false)]
    [InlineData("""{"target_modules": ["self_attn.q_proj"]}""", "model.layers.0.self_attn.q_proj", true)]
    [InlineData("""{"target_modules": ".*\\.q_proj"}""", "model.layers.0.self_attn.q_proj", true)]
    [InlineData("""{"target_modules": "q_proj"}""", "model.layers.0.self_attn.q_proj", false)] // one text has to match all
    [InlineData("""{"target_modules": "all-linear"}""", "anything.at.all", true)]
    [InlineData("""{"target_modules": ["q_proj"], "layers_to_transform": [1]}""", "model.layers.1.self_attn.q_proj", true)]
    [InlineData("""{"target_modules": ["q_proj"], "layers_to_transform": 1}""", "model.layers.0.self_attn.q_proj", false)]
    [InlineData("""{"target_modules": ["q_proj"], "layers_to_transform": [1]}""", "model.layers.11.self_attn.q_proj", false)]
    [InlineData("""{"target_modules": ["c_attn"], "layers_to_transform": [1], "layers_pattern": "h"}""", "transformer.h.1.attn.c_attn", true)]
    [InlineData("""{"target_modules": ["c_attn"], "layers_to_transform": [1], "layers_pattern": ["layers"]}""", "transformer.h.1.attn.c_attn", false)]
    [InlineData("""{"target_modules": ["q_proj"], "layers_to_transform": []}""", "model.layers.3.self_attn.q_proj", true)]
    [InlineData("""{"target_modules": ["q_proj"], "exclude_modules": ["layers.0.self_attn.q_proj"]}""", "model.layers.0.self_attn.q_proj", false)]
    [InlineData("""{"target_modules": ["q_proj"], "exclude_modules": ".*layers\\.0.*"}""", "model.layers.1.self_attn.q_proj", true)]
    [InlineData("""{"target_modules": ["model.layers.0.self_attn.q_proj"], "layers_to_transform": [7]}""", "model.layers.0.self_attn.q_proj", true)] // a whole path is beyond dispute
    public void Target_rule_is_that_of_the_library(string config, string module, bool isTarget) =>
        Assert.Equal(isTarget, Read(JsonNode.Parse(config)!.AsObject()).Targets.Contains(module));

    [Fact]
    public void Hostile_expression_takes_no_time()
    {
        var config = Read(new JsonObject { ["rank_pattern"] = new JsonObject { ["(a+)+b"] = 2 } });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(8, config.StrengthOf(new string('a', 50_000)).Rank);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}"); // backtracking would take longer than the universe
    }

    private PeftConfiguration Read(JsonObject config)
    {
        config["peft_type"] = "LORA";
        string path = _folder.File("adapter_config.json");
        File.WriteAllText(path, config.ToJsonString());
        return PeftConfiguration.Read(ModelFolderFile.Read(path));
    }
}
