using System.Text;
using Cairn.Abstractions;
using Cairn.Retrieval.Answers.Events;
using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Indexing;

namespace Cairn.Retrieval.Answers;

/// <summary>Collects the sentences of an answer, numbers its citations and checks each against the document's text.</summary>
internal sealed class AnswerBuilder(DocumentIndex index)
{
    private readonly StringBuilder _text = new();
    private readonly List<AnswerSentence> _sentences = [];
    private readonly List<Citation> _citations = [];
    private readonly Dictionary<long, string> _documents = [];
    private string _separator = "";

    public IReadOnlyList<AnswerSentence> Sentences => _sentences;

    public IReadOnlyList<Citation> Citations => _citations;

    public string Text => _text.ToString();

    /// <summary>The next sentence begins a new paragraph.</summary>
    public void StartPart() => _separator = _sentences.Count == 0 ? "" : "\n\n";

    /// <summary>Adds a sentence that stands in a document word for word; one that answered an earlier part is not repeated.</summary>
    public IEnumerable<AnswerEvent> AddQuote(SentenceCandidate quote)
    {
        var citation = Cite(quote);
        var isSaid = citation is { } said && _sentences.Exists(sentence => sentence.Text == quote.Text && sentence.Citations.Contains(said));
        return isSaid ? [] : Add(quote.Text, citation is not null, citation is { } number ? [number] : [], quote.Kind);
    }

    /// <summary>Adds a sentence of a document that is near the question and does not answer it, on a line of its own.</summary>
    public IEnumerable<AnswerEvent> AddNearest(SentenceCandidate quote) => AddQuote(quote with { Kind = SentenceKind.ListItem });

    /// <summary>Adds a sentence that the model wrote.</summary>
    public IEnumerable<AnswerEvent> AddDraft(string text, IEnumerable<SentenceCandidate> sources)
    {
        var citations = sources.Select(Cite).ToList();
        return Add(text, citations.Count > 0 && citations.TrueForAll(number => number is not null), [.. citations.OfType<int>()], SentenceKind.Prose);
    }

    /// <summary>Adds a sentence that nothing supports.</summary>
    public IEnumerable<AnswerEvent> AddUnsupported(string text) => Add(text, false, [], SentenceKind.Prose);

    private IEnumerable<AnswerEvent> Add(string text, bool supported, IReadOnlyList<int> citations, SentenceKind kind)
    {
        var sentence = new AnswerSentence(text, supported, citations);
        var standsAlone = kind is not (SentenceKind.Prose or SentenceKind.LeadIn);
        var before = _separator == " " && standsAlone ? "\n" : _separator;
        var added = before + (kind is SentenceKind.ListItem or SentenceKind.TableRow or SentenceKind.Field ? "- " : "") + sentence.Marked;
        _sentences.Add(sentence);
        _text.Append(added);
        _separator = standsAlone ? "\n" : " ";
        return [new TextAdded(added), new SentenceCompleted(sentence, [.. citations.Select(number => _citations[number])])];
    }

    // Null when the quote is not what the document holds there: the index and the passage have come apart.
    private int? Cite(SentenceCandidate quote)
    {
        var chunk = quote.Passage.Chunk;
        if (!_documents.TryGetValue(chunk.DocumentId, out var document))
        {
            _documents[chunk.DocumentId] = document = index.GetDocumentText(chunk.DocumentId);
        }

        if (quote.End > document.Length || !document.AsSpan(quote.Start, quote.End - quote.Start).SequenceEqual(quote.Quote))
        {
            return null;
        }

        var known = _citations.FindIndex(citation => citation.Source == quote.Source && citation.Start == quote.Start && citation.End == quote.End);
        if (known >= 0)
        {
            return known;
        }

        _citations.Add(new Citation(quote.Source, PageOf(quote), quote.Start, quote.End, quote.Quote));
        return _citations.Count - 1;
    }

    private int? PageOf(SentenceCandidate quote)
    {
        var chunk = quote.Passage.Chunk.Chunk;
        return chunk.PageFirst == chunk.PageLast
            ? chunk.PageFirst
            : index.GetDocument(quote.Passage.Chunk.DocumentId) is { } document ? Reading.DocumentPage.NumberAt(document.Pages, quote.Start) : chunk.PageFirst;
    }
}
