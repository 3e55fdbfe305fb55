using System.Text.Json;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;
using Cairn.Models.Tokenizers.Writing;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Writing;

/// <summary>The golden Unigram vocabulary as a GGUF file, and that file's tokenizer as a folder.</summary>
public sealed class UnigramJsonTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Folder_gives_the_ids_of_the_file(bool addsSpace, bool removesExtraSpaces)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("vocabulary.gguf"), addsSpace, removesExtraSpaces);
        using var file = GgufFile.Open(folder.File("vocabulary.gguf"));
        var expected = Tokenizer.FromGguf(file);

        TokenizerFolderWriter.Write(file, folder.Path);
        var got = Tokenizer.Load(folder.File("tokenizer.json"));

        Assert.Equal((expected.EosId, expected.UnknownId), (got.EosId, got.UnknownId));
        var failures = new List<string>();
        var count = 0;
        foreach (var text in TokenizerGolden.Cases("tiny-unigram").Select(row => row.GetProperty("text").GetString()!).Where(IsPlain))
        {
            count++;
            if (!expected.Encode(text, addSpecial: true).SequenceEqual(got.Encode(text, addSpecial: true))) failures.Add(JsonSerializer.Serialize(text));
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count} differ: {string.Join(", ", failures.Take(10))}");
        Assert.True(count > 100, $"{count} texts");
    }

    /// <summary>
    /// Texts that both forms can treat alike: no space in front, no spelt-out piece (see <see cref="UnigramJson"/>), and no other
    /// blanks, which become spaces by a model's map of characters that this one lacks.
    /// </summary>
    private static bool IsPlain(string text) =>
        text.Length > 0 && text[0] != ' ' && text.All(c => c == ' ' || !(char.IsWhiteSpace(c) || c is '<' or '\u2581'));

    private static void Write(string path, bool addsSpace, bool removesExtraSpaces)
    {
        var vocabulary = JsonElement.Parse(File.ReadAllText(SharedFiles.Golden("tokenizers/tiny-unigram/tokenizer.json")))
            .GetProperty("model").GetProperty("vocab").EnumerateArray().ToList();
        var writer = new GgufWriter();
        writer.Add("general.architecture", "llama");
        writer.Add("tokenizer.ggml.model", "t5");
        writer.Add("tokenizer.ggml.tokens", [.. vocabulary.Select(piece => piece[0].GetString()!)]);
        writer.Add("tokenizer.ggml.scores", [.. vocabulary.Select(piece => piece[1].GetSingle())]);
        writer.Add("tokenizer.ggml.token_type", [.. vocabulary.Select((_, id) => id switch { 0 => 2, < 3 => 3, < 259 => 6, _ => 1 })]);
        writer.Add("tokenizer.ggml.eos_token_id", 2u);
        writer.Add("tokenizer.ggml.unknown_token_id", 0u);
        writer.Add("tokenizer.ggml.add_space_prefix", addsSpace);
        writer.Add("tokenizer.ggml.remove_extra_whitespaces", removesExtraSpaces);
        writer.Write(path, cancellationToken: TestContext.Current.CancellationToken);
    }
}
