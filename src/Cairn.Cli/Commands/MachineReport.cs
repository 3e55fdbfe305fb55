using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;

namespace Cairn.Cli.Commands;

/// <summary>The machine as the engine sees it.</summary>
internal sealed record MachineReport(
    string System, string Processor, int Processors, long MemoryInBytes, long AvailableInBytes, string Runtime, IReadOnlyList<string> InstructionSets)
{
    /// <summary>Looks at this machine.</summary>
    public static MachineReport Read()
    {
        var memory = GC.GetGCMemoryInfo();
        return new MachineReport(
            $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
            ProcessorName(),
            Environment.ProcessorCount,
            memory.TotalAvailableMemoryBytes,
            Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes),
            RuntimeInformation.FrameworkDescription + (RuntimeFeature.IsDynamicCodeSupported ? "" : ", native"),
            [.. Sets().Where(set => set.Has).Select(set => set.Name)]);
    }

    /// <summary>For people.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        await output.WriteLineAsync($"system        {System}").ConfigureAwait(false);
        await output.WriteLineAsync($"processor     {Processor}, {Processors} logical").ConfigureAwait(false);
        await output.WriteLineAsync($"instructions  {(InstructionSets.Count == 0 ? "none beyond the base" : string.Join(' ', InstructionSets))}").ConfigureAwait(false);
        await output.WriteLineAsync($"memory        {MemoryInBytes / 1e9:F1} GB, {AvailableInBytes / 1e9:F1} GB free").ConfigureAwait(false);
        await output.WriteLineAsync($"runtime       {Runtime}").ConfigureAwait(false);
    }

    /// <summary>For scripts.</summary>
    public JsonObject ToJson() => new()
    {
        ["system"] = System,
        ["processor"] = Processor,
        ["processors"] = Processors,
        ["memory_bytes"] = MemoryInBytes,
        ["available_bytes"] = AvailableInBytes,
        ["runtime"] = Runtime,
        ["instruction_sets"] = new JsonArray([.. InstructionSets.Select(name => (JsonNode)name)]),
    };

    private static (string Name, bool Has)[] Sets() =>
    [
        ("SSE4.2", Sse42.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-VNNI", AvxVnni.IsSupported),
        ("AVX-512F", Avx512F.IsSupported), ("AVX-512BW", Avx512BW.IsSupported), ("AVX-512VBMI", Avx512Vbmi.IsSupported),
        ("NEON", AdvSimd.IsSupported), ("DotProd", Dp.IsSupported),
        ($"Vector512 {(Vector512.IsHardwareAccelerated ? "fast" : "emulated")}", Vector256.IsHardwareAccelerated),
    ];

    private static string ProcessorName()
    {
        const string Linux = "/proc/cpuinfo";
        if (File.Exists(Linux))
        {
            var line = File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            if (line is not null) return line[(line.IndexOf(':') + 1)..].Trim();
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
