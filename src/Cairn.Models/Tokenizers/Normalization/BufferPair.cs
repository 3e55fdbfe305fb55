namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>The text being normalised and the buffer that the next step writes to.</summary>
internal sealed class BufferPair(bool tracksRanges) : IDisposable
{
    public TextBuffer Source { get; private set; } = new(tracksRanges);

    public TextBuffer Destination { get; private set; } = new(tracksRanges);

    /// <summary>Makes what was written the text.</summary>
    public void Swap() => (Source, Destination) = (Destination, Source);

    public void Dispose()
    {
        Source.Dispose();
        Destination.Dispose();
    }
}
