namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Several steps, each of which cuts the pieces of the one before.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<CuttingStep> steps) : PreTokenizer
{
    public override string Name { get; } = string.Join('+', steps.Select(step => step.Name));

    /// <summary>Cuts a text as far as one piece; to cut all of it, prepare first.</summary>
    public override bool TryNext(ReadOnlySpan<char> text, int from, out TextRange piece)
    {
        piece = Cut(text).FirstOrDefault(found => found.Start >= from, new TextRange(from, from));
        return piece.Length > 0;
    }

    public override PreTokenizer Prepare(ReadOnlySpan<char> text) => new Pieces(Cut(text), Name);

    private List<TextRange> Cut(ReadOnlySpan<char> text)
    {
        var pieces = new List<TextRange> { new(0, text.Length) };
        foreach (var step in steps)
        {
            WorkMeter.Add(text.Length);
            var finer = new List<TextRange>(pieces.Count);
            foreach (var piece in pieces)
            {
                step.Cut(text, piece, finer);
            }

            finer.RemoveAll(piece => piece.Length == 0);
            pieces = finer;
        }

        return pieces;
    }

    /// <summary>The pieces of one text, handed out in order.</summary>
    private sealed class Pieces(List<TextRange> pieces, string name) : PreTokenizer
    {
        private int _next;

        public override string Name => name;

        public override bool TryNext(ReadOnlySpan<char> text, int from, out TextRange piece)
        {
            piece = _next < pieces.Count ? pieces[_next++] : new TextRange(from, from);
            return piece.Length > 0;
        }
    }
}
