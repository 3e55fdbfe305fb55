using Cairn.Models.HuggingFace;
using Xunit;

namespace Cairn.Models.Tests.HuggingFace;

public sealed class TensorMappingTests
{
    [Theory]
    [InlineData("llama", "model.layers.12.self_attn.q_proj.weight", "blk.12.attn_q.weight", TensorLayout.InterleavedHeads)]
    [InlineData("llama", "model.layers.0.self_attn.k_proj.bias", "blk.0.attn_k.bias", TensorLayout.InterleavedHeads)]
    [InlineData("llama", "model.layers.3.mlp.down_proj.weight", "blk.3.ffn_down.weight", TensorLayout.Same)]
    [InlineData("llama", "layers.3.mlp.down_proj.weight", "blk.3.ffn_down.weight", TensorLayout.Same)]
    [InlineData("llama", "lm_head.weight", "output.weight", TensorLayout.Same)]
    [InlineData("qwen2", "model.layers.12.self_attn.q_proj.weight", "blk.12.attn_q.weight", TensorLayout.Same)]
    [InlineData("gemma2", "model.layers.0.pre_feedforward_layernorm.weight", "blk.0.ffn_norm.weight", TensorLayout.OnePlus)]
    [InlineData("gpt2", "h.0.attn.c_attn.weight", "blk.0.attn_qkv.weight", TensorLayout.Transposed)]
    [InlineData("gpt2", "transformer.h.0.attn.c_attn.bias", "blk.0.attn_qkv.bias", TensorLayout.Same)]
    [InlineData("bert", "bert.encoder.layer.1.output.LayerNorm.bias", "blk.1.layer_output_norm.bias", TensorLayout.Same)]
    public void Name_of_a_folder_finds_its_canonical_place(string family, string name, string expected, TensorLayout layout)
    {
        var known = TensorMapping.ForFamily(family).TryMap(name, out var target);

        Assert.True(known);
        Assert.Equal(new CanonicalTensor(expected, layout), target);
    }

    [Fact]
    public void Matrix_of_an_expert_finds_its_stack_and_the_way_back()
    {
        var mapping = TensorMapping.ForFamily("mixtral");

        Assert.True(mapping.TryMap("model.layers.1.block_sparse_moe.experts.3.w2.weight", out var target));
        Assert.Equal(new CanonicalTensor("blk.1.ffn_down_exps.weight", TensorLayout.Same, 3), target);
        Assert.True(mapping.TryInvert(target.Name, out var source));
        Assert.True(source.IsStack);
        Assert.Equal("model.layers.1.block_sparse_moe.experts.3.w2.weight", source.NameOf(3));
    }

    [Theory]
    [InlineData("llama", "model.layers.00.mlp.down_proj.weight")] // would be a second name for layer 0
    [InlineData("llama", "model.layers.99999999999.mlp.down_proj.weight")]
    [InlineData("llama", "model.layers.1.mlp.down_proj")]
    [InlineData("llama", "model.lm_head.weight")]
    [InlineData("llama", "model.model.norm.weight")]
    [InlineData("llama", "weight")]
    [InlineData("llama", "")]
    public void Other_names_have_no_place(string family, string name) =>
        Assert.False(TensorMapping.ForFamily(family).TryMap(name, out _));

    [Fact]
    public void Every_canonical_name_leads_back()
    {
        foreach (var family in TensorMappings.ByFamily.Keys)
        {
            var mapping = TensorMapping.ForFamily(family);
            foreach (var name in new[] { "token_embd.weight", "blk.7.attn_q.bias", "blk.2.ffn_down.weight", "output_norm.weight" })
            {
                if (!mapping.TryInvert(name, out var source)) continue;

                Assert.True(mapping.TryMap(source.NameOf(), out var target), $"{family}: {name}");
                Assert.Equal((name, source.Layout), (target.Name, target.Layout));
                Assert.True(mapping.TryInvert(name, out var bare, isBare: true));
                Assert.True(mapping.TryMap(bare.NameOf(), out target), $"{family}: {name}");
                Assert.Equal(name, target.Name);
            }
        }
    }

    [Fact]
    public void Unknown_family_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<NotSupportedException>(() => TensorMapping.ForFamily("llama-next"));

        Assert.Contains("'llama-next'", error.Message, StringComparison.Ordinal);
        Assert.Contains("bert", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_order_pairs_the_halves_of_each_head()
    {
        var order = Enumerable.Range(0, 16).Select(row => TensorLayouts.SourceRow(row, 8));

        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15], order);
    }
}
