namespace Cairn.Hub;

/// <summary>The folder that holds Cairn's state: models, indexes, conversations.</summary>
public static class CairnHome
{
    /// <summary>Environment variable that names the folder.</summary>
    public const string Variable = "CAIRN_HOME";

    /// <summary>The folder: the variable's value, else <c>.cairn</c> in the user's home. It need not exist yet.</summary>
    public static string Root => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cairn");

    /// <summary>The folder of downloaded and converted models.</summary>
    public static string Models => Path.Combine(Root, "models");

    /// <summary>The folder of LoRA adapters.</summary>
    public static string Adapters => Path.Combine(Root, "adapters");
}
