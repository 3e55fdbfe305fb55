namespace Cairn.Models.Adapters;

/// <summary>What a conversion wrote.</summary>
/// <param name="ModuleCount">Matrices.</param>
/// <param name="ScaledModuleCount">Matrices whose B had to take over a part of the scale; their products are the same.</param>
/// <param name="WorstRounding">Largest relative rounding of a value or a scale; 0 when all are exact.</param>
public sealed record AdapterConversionResult(int ModuleCount, int ScaledModuleCount, double WorstRounding);
