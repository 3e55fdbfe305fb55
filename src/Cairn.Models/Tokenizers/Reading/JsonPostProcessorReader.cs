namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Reads from <c>post_processor</c> what is put around one sequence.</summary>
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
                return new AroundSequence(
                    [.. parts.Reverse().SelectMany(part => part.Prefix)], [.. parts.SelectMany(part => part.Suffix)]);
            case "TemplateProcessing":
                return ReadTemplate(processor, vocabulary);
            case "BertProcessing" or "RobertaProcessing":
                return new AroundSequence(
                    [ReadPair(processor.Get("cls"), vocabulary)], [ReadPair(processor.Get("sep"), vocabulary)]);
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

        return new AroundSequence(prefix, suffix);
    }

    private static IEnumerable<int> ReadIds(JsonSection processor, string name, Vocabulary vocabulary) =>
        processor.Get("special_tokens").Get(name).Get("ids").Items().Select(id => Check(id, vocabulary));

    private static int ReadPair(JsonSection pair, Vocabulary vocabulary)
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
