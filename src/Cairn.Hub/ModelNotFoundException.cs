namespace Cairn.Hub;

/// <summary>No model of that name is in the store, or the name fits several.</summary>
public sealed class ModelNotFoundException : Exception
{
    /// <summary>Describes a failed search.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="message">What was found instead and what to do.</param>
    public ModelNotFoundException(string name, string message)
        : base(message) => Name = name;

    /// <summary>The name or path that was asked for.</summary>
    public string Name { get; }
}
