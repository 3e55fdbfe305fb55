namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads from <c>post_processor</c> what is put around one sequence, and around two.</summary>
internal static class JsonPostProcessorReader
{
    private const string Supported = "Sequence, TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel";

    public static AroundSequence Read(JsonSection? section, Vocabulary vocabulary)
    {
        if (section is not { } processor) return AroundSequence.Nothing;

        switch (processor.GetString("type"))
        {
            case "Sequence":
                var parts = processor.Get("processors").Items().Select(part => Read(part, vocabulary)).ToArray();
                var pairs = parts.Select(part => part.Pair).OfType<PairTemplate>().ToArray();
                return new AroundSequence(
                    [.. parts.Reverse().SelectMany(part => part.Prefix)],
                    [.. parts.SelectMany(part => part.Suffix)],
                    pairs is [var only] ? only : null);
            case "TemplateProcessing":
                return ReadTemplate(processor, vocabulary);
            case "BertProcessing":
                return ReadFixed(processor, vocabulary, isRoberta: false);
            case "RobertaProcessing":
                return ReadFixed(processor, vocabulary, isRoberta: true);
            case "ByteLevel":
                return AroundSequence.Nothing;
            case var type:
                throw processor.Unsupported($"post-processor '{type}'", Supported);
        }
    }

    private static AroundSequence ReadTemplate(JsonSection processor, Vocabulary vocabulary)
    {
        var prefix = new List<int>();
        var suffix = new List<int>();
        var isAfter = false;
        foreach (var item in processor.Get("single").Items())
        {
            if (item.Find("Sequence") is not null)
            {
                if (isAfter) throw item.Unsupported("a second sequence", "one sequence in 'single'");

                isAfter = true;
                continue;
            }

            var name = item.Get("SpecialToken").GetString("id");
            (isAfter ? suffix : prefix).AddRange(ReadIds(processor, name, vocabulary));
        }

        return new AroundSequence(prefix, suffix, ReadPairTemplate(processor, vocabulary));
    }

    /// <summary>The template of two sequences; null when it is absent or leaves one out.</summary>
    private static PairTemplate? ReadPairTemplate(JsonSection processor, Vocabulary vocabulary)
    {
        if (processor.Find("pair") is not { } pair) return null;

        var items = new List<PairTemplateItem>();
        foreach (var item in pair.Items())
        {
            if (item.Find("Sequence") is { } sequence)
            {
                var part = sequence.GetString("id") == "A" ? PairPart.First : PairPart.Second;
                items.Add(new PairTemplateItem(part, 0, ReadTokenType(sequence)));
                continue;
            }

            var token = item.Get("SpecialToken");
            items.AddRange(ReadIds(processor, token.GetString("id"), vocabulary)
                .Select(id => new PairTemplateItem(PairPart.Special, id, ReadTokenType(token))));
        }

        return PairTemplate.IsComplete(items) ? new PairTemplate(items) : null;
    }

    private static int ReadTokenType(JsonSection item) => item.Find("type_id") is { } type ? type.AsInt32() : 0;

    /// <summary>BERT tells two texts apart by token types, RoBERTa by a doubled separator.</summary>
    private static AroundSequence ReadFixed(JsonSection processor, Vocabulary vocabulary, bool isRoberta)
    {
        var (cls, sep) = (ReadToken(processor.Get("cls"), vocabulary), ReadToken(processor.Get("sep"), vocabulary));
        var second = isRoberta ? 0 : 1;
        PairTemplateItem[] separator = [new(PairPart.Special, sep, 0)];
        return new AroundSequence([cls], [sep], new PairTemplate(
        [
            new(PairPart.Special, cls, 0), new(PairPart.First, 0, 0), .. separator, .. isRoberta ? separator : [],
            new(PairPart.Second, 0, second), new(PairPart.Special, sep, second),
        ]));
    }

    private static IEnumerable<int> ReadIds(JsonSection processor, string name, Vocabulary vocabulary) =>
        processor.Get("special_tokens").Get(name).Get("ids").Items().Select(id => Check(id, vocabulary));

    private static int ReadToken(JsonSection pair, Vocabulary vocabulary)
    {
        var items = pair.Items().Take(3).ToArray();
        return items.Length == 2
            ? Check(items[1], vocabulary)
            : throw pair.Error(ModelFormatError.BadMetadata, "a special token is malformed", "its text and its id");
    }

    private static int Check(JsonSection section, Vocabulary vocabulary)
    {
        var id = section.AsInt32();
        return id >= 0 && id < vocabulary.Count
            ? id
            : throw section.Error(
                ModelFormatError.BadValue, "a token id is out of range", $"0 to {vocabulary.Count - 1:N0}", $"{id}");
    }
}
