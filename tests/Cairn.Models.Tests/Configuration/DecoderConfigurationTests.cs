using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Configuration;

public sealed class DecoderConfigurationTests
{
    [Theory]
    [InlineData("gguf/head-count-0.gguf", "llama.attention.head_count", "got 0")]
    [InlineData("gguf/arch-unknown.gguf", "llama-next-9", "expected llama")]
    [InlineData("gguf/vocab-mismatch.gguf", "tokenizer.ggml.tokens", "got 25")]
    [InlineData("gguf/cut-in-data.gguf", "download is probably incomplete", "expected an end at or before byte 2,708")]
    public void Message_says_what_where_and_which_value(string file, string what, string values)
    {
        var path = SharedFiles.Golden("architectures/malformed/" + file);

        var error = Assert.Throws<ModelFormatException>(() =>
        {
            using var opened = GgufFile.Open(path);
            ModelValidator.ValidateDecoder(opened);
        });

        Assert.Equal(path, error.Path);
        Assert.StartsWith($"'{Path.GetFileName(path)}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(values, error.Message, StringComparison.Ordinal);
    }
}
