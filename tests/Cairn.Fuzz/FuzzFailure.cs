namespace Cairn.Fuzz;

/// <summary>A mutated file that neither loaded nor was refused as it should.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Mutation">Number of the mutation.</param>
/// <param name="Problem">What happened.</param>
public sealed record FuzzFailure(string Target, int Mutation, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Target} #{Mutation}: {Problem}";
}
