using Cairn.Tensors;

namespace Cairn.Benchmarks;

/// <summary>Inputs of benchmarks.</summary>
internal static class Floats
{
    /// <summary>Numbers between −1 and 1, the same in every run.</summary>
    public static AlignedMemory<float> Uniform(long length)
    {
        var random = new Random(1);
        var memory = new AlignedMemory<float>(length, zeroed: false);
        foreach (ref var value in memory.AsSpan())
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        return memory;
    }
}
