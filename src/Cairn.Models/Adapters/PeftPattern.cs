using System.Text.RegularExpressions;

namespace Cairn.Models.Adapters;

/// <summary>
/// A module pattern of PEFT: a regular expression for the end of a module's path, <c>(.*\.)?(pattern)$</c>, so that
/// <c>q_proj</c> means every <c>….q_proj</c> and <c>layers.1.mlp.down_proj</c> one module.
/// </summary>
/// <remarks>
/// The rule of PEFT's <c>get_pattern_key</c>. The expression comes from outside: it runs without backtracking, in time
/// linear in the path.
/// </remarks>
internal sealed class PeftPattern
{
    private const int LongestExpression = 1_000;

    private readonly Regex _expression;

    private PeftPattern(Regex expression) => _expression = expression;

    /// <summary>Reads a key of <c>rank_pattern</c> or <c>alpha_pattern</c>.</summary>
    /// <exception cref="ModelFormatException">It is no expression that can be run safely.</exception>
    public static PeftPattern ForEnd(string path, string key, string pattern) => Create(path, key, pattern, $@"\A(.*\.)?({pattern})$");

    /// <summary>Reads a <c>target_modules</c> that is one text: it has to match the whole path.</summary>
    /// <exception cref="ModelFormatException">It is no expression that can be run safely.</exception>
    public static PeftPattern ForWhole(string path, string key, string pattern) => Create(path, key, pattern, $@"\A(?:{pattern})\z");

    /// <summary>Reads a <c>layers_pattern</c>: the word before the layer number.</summary>
    /// <exception cref="ModelFormatException">It is no expression that can be run safely.</exception>
    public static PeftPattern ForLayer(string path, string key, string pattern) => Create(path, key, pattern, $@"\A.*\.{pattern}\.([0-9]+)\.");

    /// <summary>The word before the layer number when none is given: any.</summary>
    public static PeftPattern AnyLayer { get; } = new(new Regex(@"\A.*\.[^.]*\.([0-9]+)\.", RegexOptions.NonBacktracking));

    /// <summary>Whether a module's path matches.</summary>
    public bool IsMatch(string module) => _expression.IsMatch(module);

    /// <summary>The layer number in a module's path; null when there is none.</summary>
    public int? FindLayer(string module)
    {
        var match = _expression.Match(module);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, out var layer) ? layer : null;
    }

    private static PeftPattern Create(string path, string key, string pattern, string expression)
    {
        if (pattern.Length > LongestExpression)
        {
            throw new ModelFormatException(
                ModelFormatError.BadConfig, path, $"an expression of '{key}' is too long",
                $"at most {LongestExpression:N0} characters", $"{pattern.Length:N0}");
        }

        try
        {
            return new PeftPattern(new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new ModelFormatException(
                ModelFormatError.BadConfig, path, $"'{key}' holds an expression that cannot be read",
                "a regular expression without look-around and back-references", $"'{pattern}'", innerException: exception);
        }
    }
}
