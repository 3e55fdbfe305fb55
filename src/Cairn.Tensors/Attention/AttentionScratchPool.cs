namespace Cairn.Tensors.Attention;

/// <summary>The working memory of all workers of a team.</summary>
internal sealed unsafe class AttentionScratchPool : IDisposable
{
    private readonly AlignedMemory<float> _memory;
    private readonly AlignedMemory<AttentionScratch> _workers;

    public AttentionScratchPool(int workers, KvBlockLayout layout, int headsPerGroup)
    {
        int length = AttentionScratch.Length(layout, headsPerGroup);
        _memory = new AlignedMemory<float>((long)workers * length);
        _workers = new AlignedMemory<AttentionScratch>(workers);
        for (int worker = 0; worker < workers; worker++)
        {
            _workers.Pointer[worker] =
                new AttentionScratch(_memory.Pointer + ((long)worker * length), layout, headsPerGroup);
        }
    }

    /// <summary>One scratch a worker.</summary>
    public AttentionScratch* Workers => _workers.Pointer;

    /// <summary>Bytes of all of them.</summary>
    public long OwnedBytes => _memory.SizeInBytes;

    public void Dispose()
    {
        _workers.Dispose();
        _memory.Dispose();
    }
}
