namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts by another pre-tokeniser.</summary>
internal sealed class ScanningStep(PreTokenizer scanner) : CuttingStep
{
    public override string Name => scanner.Name;

    public override void Cut(ReadOnlySpan<char> text, TextRange piece, List<TextRange> pieces)
    {
        var part = text[piece.Start..piece.End];
        var cutter = scanner.Prepare(part);
        for (var at = 0; cutter.TryNext(part, at, out var found); at = found.End)
        {
            pieces.Add(new TextRange(piece.Start + found.Start, piece.Start + found.End));
        }
    }
}
