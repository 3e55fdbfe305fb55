using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>Aligned allocation that asks Linux for 2 MiB pages where they fit (fewer misses of the address cache).</summary>
internal static unsafe partial class HugePages
{
    private const nuint LineBytes = 64;
    private const nuint PageBytes = 2 << 20;
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    /// <summary>Allocates <paramref name="bytes"/>; free with <see cref="NativeMemory.AlignedFree"/>.</summary>
    public static void* Allocate(nuint bytes)
    {
        if (bytes < PageBytes)
        {
            return NativeMemory.AlignedAlloc(Math.Max(bytes, 1), LineBytes);
        }

        var memory = NativeMemory.AlignedAlloc(bytes, PageBytes);
        if (OperatingSystem.IsLinux())
        {
            // Advice only: when the kernel declines, ordinary pages serve. The last partial page stays ordinary, so
            // that rounding up never costs memory.
            _ = Advise(memory, bytes & ~(PageBytes - 1), AdviseHugePage);
        }

        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
