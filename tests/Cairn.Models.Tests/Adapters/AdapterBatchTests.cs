using Cairn.Models.Adapters;
using Cairn.Models.Tests.Transformers;
using Cairn.Models.Transformers;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>Rows with different adapters in one batch, several adapters at once, and what a cache belongs to.</summary>
public sealed class AdapterBatchTests : IDisposable
{
    private readonly AdapterCase _golden = new("llama3-plain");
    private readonly TestDecoder _model;
    private readonly LoraAdapter _plain;
    private readonly LoraAdapter _dora;
    private readonly LoraAdapter _embeddings;
    private readonly LoraAdapter _queries;

    public AdapterBatchTests()
    {
        _model = _golden.LoadBase();
        _plain = Load("llama3-plain");
        _dora = Load("llama3-dora");
        _embeddings = Load("llama3-embeddings");
        _queries = Load("llama3-attention-q-v");
    }

    public void Dispose()
    {
        _queries.Dispose();
        _embeddings.Dispose();
        _dora.Dispose();
        _plain.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Batch_of_mixed_adapters_gives_what_each_sequence_gives_alone()
    {
        int[] ids = _golden.Ids("forty");
        AdapterSet[] sets =
        [
            Set(_plain), AdapterSet.Empty, Set(_dora), Set(_plain, 0.5f), Set(_embeddings), AdapterSet.Empty, Set(_plain),
            AdapterSet.Create(new(_queries, 0.25f), new(_plain), new(_embeddings, -1)),
        ];
        var alone = sets.Select(set => Alone(set, ids)).ToArray();

        using var batch = new ForwardBatch();
        KvCache[] caches = [.. sets.Select(_ => _model.Decoder.CreateCache(ids.Length))];
        int[] fed = new int[sets.Length];
        for (int round = 0; round < ids.Length; round++) // prompts of different lengths, then one row of each sequence at a time
        {
            batch.Clear();
            var rows = new List<(int Sequence, int Position)>();
            for (int i = 0; i < sets.Length; i++)
            {
                int count = Math.Min(round == 0 ? 3 + (5 * i) : 1, ids.Length - fed[i]);
                if (count == 0) continue;
                batch.Add(caches[i], ids.AsSpan(fed[i], count), LogitsRows.All, sets[i]);
                for (int j = 0; j < count; j++) rows.Add((i, fed[i] + j));
                fed[i] += count;
            }

            if (rows.Count == 0) break;
            _model.Decoder.Forward(batch, TestContext.Current.CancellationToken);
            for (int row = 0; row < rows.Count; row++)
            {
                var (sequence, position) = rows[row];
                float worst = alone[sequence][position].Zip(batch.GetLogits(row).ToArray(), (one, other) => Math.Abs(one - other)).Max();
                Assert.True(worst <= 1e-4f, $"sequence {sequence}, position {position}: {worst:E2}");
            }
        }

        foreach (var cache in caches) cache.Dispose();
    }

    [Fact]
    public void Two_halves_of_an_adapter_are_the_whole()
    {
        using var again = Load("llama3-plain");
        int[] ids = _golden.Ids("seven");
        var whole = Alone(Set(_plain), ids);
        var halves = Alone(AdapterSet.Create(new(_plain, 0.75f), new(again, 0.25f)), ids);
        Assert.Equal(whole[^1], halves[^1], (one, other) => Math.Abs(one - other) <= 1e-4f);
    }

    [Fact]
    public void Long_prompts_and_any_number_of_threads_give_the_same()
    {
        int[] ids = [.. _golden.Ids("hundred"), .. _golden.Ids("hundred")];
        var expected = Alone(Set(_plain), ids);
        using var single = new TestDecoder(_golden.BaseGgufPath, Cairn.Tensors.ActivationType.Float32, threads: 1);
        using var adapter = AdapterCase.Load(single, _golden.PeftPath);
        single.Adapters = Set(adapter);
        foreach (int part in new[] { 7, 128, 200 })
        {
            var actual = single.Logits(ids, part);
            Assert.Equal(expected[^1], actual[^1], (one, other) => Math.Abs(one - other) <= 1e-4f);
        }
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        int[] ids = _golden.Ids("seven");
        using var batch = new ForwardBatch();
        using var cache = _model.Decoder.CreateCache(64);
        using var other = _model.Decoder.CreateCache(64);
        AdapterSet mixed = AdapterSet.Create(new(_plain), new(_embeddings));
        for (int step = 0; step < 3; step++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Step()
        {
            batch.Clear();
            batch.Add(cache, ids.AsSpan(0, 2), LogitsRows.Last, mixed);
            batch.Add(other, ids.AsSpan(2, 1), LogitsRows.Last, AdapterSet.Empty);
            _model.Decoder.Forward(batch, CancellationToken.None);
        }
    }

    [Fact]
    public void Cache_belongs_to_the_adapters_that_filled_it()
    {
        using var cache = _model.Decoder.CreateCache(16);
        _model.Adapters = Set(_plain);
        _model.Logits(cache, [1, 2, 3]);
        _model.Adapters = Set(_plain); // an equal set continues
        _model.Logits(cache, [4]);

        foreach (var set in new[] { AdapterSet.Empty, Set(_plain, 0.5f), Set(_dora) })
        {
            _model.Adapters = set;
            Assert.Throws<ArgumentException>(() => _model.Logits(cache, [5]));
        }

        cache.Truncate(0);
        Assert.Equal(Alone(Set(_dora), [1, 2])[1], _model.Logits(cache, [1, 2])[1]);
        Assert.Equal(Set(_dora), cache.Adapters);
    }

    [Fact]
    public void Sets_are_equal_by_adapters_and_scales()
    {
        Assert.Equal(AdapterSet.Create(new(_plain), new(_queries, 2)), AdapterSet.Create(new(_queries, 2), new(_plain)));
        Assert.Equal(Set(_plain).GetHashCode(), Set(_plain).GetHashCode());
        Assert.NotEqual(Set(_plain), Set(_plain, 0.5f));
        Assert.NotEqual(Set(_plain), Set(_queries));
        Assert.Same(AdapterSet.Empty, AdapterSet.Create());
    }

    [Fact]
    public void Adapters_that_do_not_add_up_are_refused()
    {
        Assert.Throws<ArgumentException>(() => AdapterSet.Create(new(_plain), new(_plain, 0.5f)));
        Assert.Throws<ArgumentException>(() => Set(_plain, float.NaN));
        var error = Assert.Throws<ArgumentException>(() => AdapterSet.Create(new(_dora), new(_queries)));
        Assert.Contains("attn_q", error.Message, StringComparison.Ordinal);

        var saved = new AdapterCase("llama2-lm-head-saved");
        using var other = saved.LoadBase();
        using var replaced = AdapterCase.Load(other, saved.PeftPath);
        Assert.Throws<ArgumentException>(() => Set(replaced, 0.5f));
        Assert.Throws<ArgumentException>(() => AdapterSet.Create(new(replaced), new(_plain)));
        other.Adapters = Set(_plain);
        Assert.Throws<ArgumentException>(() => other.Logits([1]));
    }

    [Fact]
    public void Unloaded_adapter_is_refused()
    {
        var gone = Load("llama3-layer1");
        _model.Adapters = Set(gone);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _model.Logits([1]));
        Assert.Throws<ObjectDisposedException>(() => Set(gone));
    }

    [Fact]
    public void Output_matrix_of_an_adapter_serves_its_rows_only()
    {
        var saved = new AdapterCase("llama2-lm-head-saved");
        using var model = saved.LoadBase();
        using var replaced = AdapterCase.Load(model, saved.PeftPath);
        int[] ids = saved.Ids("seven");
        var original = model.Logits(ids);
        model.Adapters = Set(replaced);
        var changed = model.Logits(ids);
        Assert.NotEqual(original[0], changed[0]);

        using var batch = new ForwardBatch();
        KvCache[] caches = [.. Enumerable.Range(0, 4).Select(_ => model.Decoder.CreateCache(ids.Length))];
        for (int i = 0; i < caches.Length; i++) batch.Add(caches[i], ids, LogitsRows.All, i % 2 == 0 ? AdapterSet.Empty : Set(replaced));
        model.Decoder.Forward(batch, TestContext.Current.CancellationToken);
        for (int row = 0; row < batch.LogitsCount; row++)
        {
            var expected = (row / ids.Length % 2 == 0 ? original : changed)[row % ids.Length];
            Assert.Equal(expected, batch.GetLogits(row).ToArray(), (one, other) => Math.Abs(one - other) <= 1e-4f);
        }

        foreach (var cache in caches) cache.Dispose();
    }

    private static AdapterSet Set(LoraAdapter adapter, float scale = 1) => AdapterSet.Create(new ActiveAdapter(adapter, scale));

    private LoraAdapter Load(string name) => AdapterCase.Load(_model, new AdapterCase(name).PeftPath);

    private float[][] Alone(AdapterSet set, int[] ids)
    {
        _model.Adapters = set;
        return _model.Logits(ids);
    }
}
