namespace Cairn.Inference;

/// <summary>Counts cores: two hardware threads of one core share its multipliers, so one worker a core is enough.</summary>
internal static class PhysicalCores
{
    private const string CpuFolder = "/sys/devices/system/cpu";

    /// <summary>Physical cores, at most the processors that this process may use; at least 1.</summary>
    public static int Count { get; } = Math.Clamp(CountSiblingGroups(), 1, Environment.ProcessorCount);

    private static int CountSiblingGroups()
    {
        try
        {
            var groups = new HashSet<string>(StringComparer.Ordinal);
            foreach (string folder in Directory.EnumerateDirectories(CpuFolder, "cpu*"))
            {
                string siblings = Path.Combine(folder, "topology", "thread_siblings_list");
                if (File.Exists(siblings))
                    groups.Add(File.ReadAllText(siblings));
            }

            return groups.Count == 0 ? Environment.ProcessorCount : groups.Count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Environment.ProcessorCount; // no such folder outside Linux, or not readable in a sandbox
        }
    }
}
