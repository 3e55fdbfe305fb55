using System.Diagnostics.CodeAnalysis;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>The pre-tokenisers that model files name: GGUF by a word, <c>tokenizer.json</c> by an expression.</summary>
internal static class PreTokenizerCatalog
{
    public const string Gpt2Expression =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public const string Llama3Expression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string Qwen2Expression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string O200kExpression =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string TekkenExpression =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|"
        + @"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly (string[] Names, Func<NamedPreTokenizer> Make)[] Families =
    [
        (["gpt-2", "gpt2", "phi-2", "roberta-bpe", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "granite-docling"],
            () => new(new Gpt2PreTokenizer(isolatesDigits: false))),
        (["olmo", "modern-bert", "mpt"], () => new(new Gpt2PreTokenizer(isolatesDigits: false)) { Composes = true }),
        (["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
            () => new(new Gpt2PreTokenizer(isolatesDigits: true)) { IsolatesDigits = true }),
        (["llama-bpe", "llama3", "llama-v3"],
            () => new(new Llama3PreTokenizer(longestNumber: 3)) { Expressions = [Llama3Expression], TakesWholePieces = true, AddsBegin = true }),
        (["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"], () => new(new Llama3PreTokenizer(longestNumber: 3)) { Expressions = [Llama3Expression] }),
        (["qwen2", "deepseek-r1-qwen"], () => new(new Llama3PreTokenizer(longestNumber: 1)) { Expressions = [Qwen2Expression], Composes = true }),
        (["gpt-4o", "o200k", "llama4"], () => new(new O200kPreTokenizer(longestNumber: 3, attachesContractions: true)) { Expressions = [O200kExpression] }),
        (["tekken"], () => new(new O200kPreTokenizer(longestNumber: 1, attachesContractions: false))
        {
            Expressions = [TekkenExpression],
            TakesWholePieces = true,
            AddsBegin = true,
        }),
        (["deepseek-llm"], () => new(FromExpressions(DeepSeekExpressions.Llm)) { Expressions = DeepSeekExpressions.Llm }),
        (["deepseek-coder"], () => new(FromExpressions(DeepSeekExpressions.Coder)) { Expressions = DeepSeekExpressions.Coder }),
        (["deepseek-v3"], () => new(FromExpressions(DeepSeekExpressions.V3)) { Expressions = DeepSeekExpressions.V3 }),
    ];

    /// <summary>The words for which <see cref="TryFindByName"/> has an answer, for error messages.</summary>
    public static string Names { get; } = string.Join(", ", Families.SelectMany(family => family.Names));

    /// <summary>All of them, the usual name of each first.</summary>
    public static IEnumerable<(string Name, NamedPreTokenizer PreTokenizer)> All => Families.Select(family => (family.Names[0], family.Make()));

    /// <summary>Finds the pre-tokeniser of a GGUF <c>tokenizer.ggml.pre</c>.</summary>
    public static bool TryFindByName(string name, [NotNullWhen(true)] out NamedPreTokenizer? found)
    {
        found = Families.FirstOrDefault(family => family.Names.Contains(name)).Make?.Invoke();
        return found is not null;
    }

    /// <summary>Finds the pre-tokeniser that does by hand what a published expression does.</summary>
    public static bool TryFindByExpression(string expression, [NotNullWhen(true)] out PreTokenizer? found)
    {
        found = expression switch
        {
            Gpt2Expression => new Gpt2PreTokenizer(isolatesDigits: false),
            Llama3Expression => new Llama3PreTokenizer(longestNumber: 3),
            Qwen2Expression => new Llama3PreTokenizer(longestNumber: 1),
            O200kExpression => new O200kPreTokenizer(longestNumber: 3, attachesContractions: true),
            TekkenExpression => new O200kPreTokenizer(longestNumber: 1, attachesContractions: false),
            _ => null,
        };
        return found is not null;
    }

    /// <summary>Cuts by expressions, each of which cuts what the one before left whole.</summary>
    public static SequencePreTokenizer FromExpressions(IReadOnlyList<string> expressions) => new(
        [.. expressions.Select(expression => new PatternStep(new ExpressionPattern(expression), PieceBehavior.Isolated, isInverted: false))]);
}
