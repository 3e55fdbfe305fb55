using Cairn.Tensors.Attention;

namespace Cairn.Tensors.Tests.Attention;

/// <summary>Random queries, keys and values of one sequence, with the cache blocks that hold them.</summary>
internal sealed unsafe class AttentionFixture : IDisposable
{
    private readonly List<AlignedMemory<byte>> _memory = [];
    private readonly AlignedMemory<nint> _table;

    public AttentionFixture(int seed, int tokens, int past, int heads, int kvHeads, int headDim, KvElementType type)
    {
        var random = new Random(seed);
        Layout = new KvBlockLayout(headDim, type);
        (Tokens, Past, Heads, KvHeads) = (tokens, past, heads, kvHeads);
        int positions = past + tokens;
        Queries = Values(random, tokens * heads * headDim, 3);
        Keys = Values(random, positions * kvHeads * headDim, 1);
        KeyValues = Values(random, positions * kvHeads * headDim, 1);
        int blocks = (positions + KvBlockLayout.BlockLength - 1) / KvBlockLayout.BlockLength;
        _table = new AlignedMemory<nint>(blocks);
        for (int block = 0; block < blocks; block++)
        {
            _memory.Add(new AlignedMemory<byte>(Layout.HeadBytes * kvHeads));
            _table.Pointer[block] = (nint)_memory[block].Pointer;
        }

        fixed (float* keys = Keys)
        fixed (float* values = KeyValues)
        {
            for (int i = 0; i < positions * kvHeads; i++)
            {
                byte* block = Blocks[i / kvHeads / KvBlockLayout.BlockLength];
                byte* head = block + (i % kvHeads * Layout.HeadBytes);
                int slot = i / kvHeads % KvBlockLayout.BlockLength;
                Layout.Store(head, slot, keys + (i * headDim), values + (i * headDim));
                Layout.Load(head, slot, keys + (i * headDim), values + (i * headDim)); // rounding is not what is compared
            }
        }
    }

    public KvBlockLayout Layout { get; }

    public int Tokens { get; }

    public int Past { get; }

    public int Heads { get; }

    public int KvHeads { get; }

    public float[] Queries { get; }

    public float[] Keys { get; }

    public float[] KeyValues { get; }

    public byte** Blocks => (byte**)_table.Pointer;

    /// <summary>What the specification gives, [tokens, heads, head dim].</summary>
    public float[] Expected() => Expected(AttentionRule.Plain(Layout.HeadDim));

    /// <summary>What the specification gives, [tokens, heads, head dim].</summary>
    public float[] Expected(AttentionRule rule)
    {
        int dim = Layout.HeadDim;
        var result = new float[Queries.Length];
        var output = new float[Tokens * dim];
        for (int head = 0; head < Heads; head++)
        {
            int kvHead = head / (Heads / KvHeads);
            AttentionScalar.Apply(
                Column(Queries, head, Heads), Column(Keys, kvHead, KvHeads), Column(KeyValues, kvHead, KvHeads),
                dim, rule.Scale, token => Past + token + 1, output,
                token => rule.Window == 0 ? 0 : Math.Max(0, Past + token + 1 - rule.Window), rule.SoftCap);
            for (int token = 0; token < Tokens; token++)
                output.AsSpan(token * dim, dim).CopyTo(result.AsSpan(((token * Heads) + head) * dim));
        }

        return result;
    }

    public void Dispose()
    {
        foreach (AlignedMemory<byte> memory in _memory)
            memory.Dispose();

        _table.Dispose();
    }

    public static float[] Values(Random random, int count, float scale)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)((random.NextDouble() * 2) - 1) * scale;

        return values;
    }

    private float[] Column(float[] values, int head, int heads)
    {
        int dim = Layout.HeadDim;
        var result = new float[values.Length / heads];
        for (int i = 0; i < result.Length / dim; i++)
            values.AsSpan(((i * heads) + head) * dim, dim).CopyTo(result.AsSpan(i * dim));

        return result;
    }
}
