namespace Cairn.Models.Transformers;

/// <summary>Sees the residual stream of a panel.</summary>
/// <param name="layer">−1 after the embeddings, the layer's number after each layer, the number of layers after the last norm.</param>
/// <param name="firstRow">Row of the batch that the panel starts with.</param>
/// <param name="values">[rows, hidden].</param>
internal delegate void HiddenStateObserver(int layer, int firstRow, ReadOnlySpan<float> values);
