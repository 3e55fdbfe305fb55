using System.Diagnostics.CodeAnalysis;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>The pre-tokenisers that model files name: GGUF by a word, <c>tokenizer.json</c> by an expression.</summary>
internal static class PreTokenizerCatalog
{
    private const string Gpt2Expression =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const string Llama3Expression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Qwen2Expression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string O200kExpression =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The words for which <see cref="TryFindByName"/> has an answer, for error messages.</summary>
    public static string Names => "gpt-2, smollm, starcoder, refact, command-r, llama-bpe, llama3, qwen2, gpt-4o, o200k";

    /// <summary>Finds the pre-tokeniser of a GGUF <c>tokenizer.ggml.pre</c>.</summary>
    public static bool TryFindByName(string name, [NotNullWhen(true)] out PreTokenizer? found)
    {
        found = name switch
        {
            "gpt-2" or "gpt2" => new Gpt2PreTokenizer(isolatesDigits: false),
            "smollm" or "starcoder" or "refact" or "command-r" => new Gpt2PreTokenizer(isolatesDigits: true),
            "llama-bpe" or "llama3" or "llama-v3" => new Llama3PreTokenizer(longestNumber: 3),
            "qwen2" => new Llama3PreTokenizer(longestNumber: 1),
            "gpt-4o" or "o200k" => new O200kPreTokenizer(),
            _ => null,
        };
        return found is not null;
    }

    /// <summary>Finds the pre-tokeniser that does what a published expression does.</summary>
    public static bool TryFindByExpression(string expression, [NotNullWhen(true)] out PreTokenizer? found)
    {
        found = expression switch
        {
            Gpt2Expression => new Gpt2PreTokenizer(isolatesDigits: false),
            Llama3Expression => new Llama3PreTokenizer(longestNumber: 3),
            Qwen2Expression => new Llama3PreTokenizer(longestNumber: 1),
            O200kExpression => new O200kPreTokenizer(),
            _ => null,
        };
        return found is not null;
    }
}
