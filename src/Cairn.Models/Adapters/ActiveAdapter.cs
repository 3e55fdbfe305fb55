namespace Cairn.Models.Adapters;

/// <summary>An adapter and how strongly a request uses it.</summary>
/// <param name="Adapter">An adapter that the model has loaded.</param>
/// <param name="Scale">Factor on the adapter's own scale; 1 as trained, 0.5 half of it. Finite.</param>
public readonly record struct ActiveAdapter(LoraAdapter Adapter, float Scale = 1);
