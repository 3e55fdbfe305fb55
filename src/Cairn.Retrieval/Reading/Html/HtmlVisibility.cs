using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Cairn.Retrieval.Reading.Html;

/// <summary>Says which elements a person does not see, by attributes, inline style and simple rules of the page's own style.</summary>
internal sealed partial class HtmlVisibility
{
    private static readonly HashSet<string> NeverShown = new(StringComparer.OrdinalIgnoreCase)
    {
        "SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "SVG", "CANVAS", "IFRAME", "OBJECT", "EMBED", "AUDIO", "VIDEO",
        "MAP", "DATALIST", "DIALOG", "MATH-ANNOTATION",
    };

    private readonly HashSet<string> _hiddenSelectors = new(StringComparer.Ordinal);

    public HtmlVisibility(IDocument page)
    {
        foreach (var style in page.QuerySelectorAll("style"))
        {
            foreach (Match rule in Rules().Matches(style.TextContent))
            {
                if (IsHiding(rule.Groups[2].Value))
                {
                    _hiddenSelectors.UnionWith(rule.Groups[1].Value.Split(
                        ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                }
            }
        }
    }

    /// <summary>Characters of hidden elements met so far.</summary>
    public int HiddenCharacters { get; private set; }

    public bool IsShown(IElement element)
    {
        if (NeverShown.Contains(element.LocalName))
        {
            return false;
        }

        if (!IsHidden(element))
        {
            return true;
        }

        HiddenCharacters += element.TextContent.Count(c => !char.IsWhiteSpace(c));
        return false;
    }

    private bool IsHidden(IElement element) =>
        element.HasAttribute("hidden")
        || (element.LocalName == "input" && element.GetAttribute("type") == "hidden")
        || (element.GetAttribute("style") is { } style && IsHiding(style))
        || (_hiddenSelectors.Count > 0
            && (element.ClassList.Any(name => _hiddenSelectors.Contains("." + name) || _hiddenSelectors.Contains($"{element.LocalName}.{name}"))
                || (element.Id is { Length: > 0 } id && _hiddenSelectors.Contains("#" + id))
                || _hiddenSelectors.Contains(element.LocalName)));

    private static bool IsHiding(string style) => Hiding().IsMatch(style);

    [GeneratedRegex(@"([^{}]{1,500})\{([^{}]{0,5000})\}")]
    private static partial Regex Rules();

    [GeneratedRegex(
        """
        display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|font-size\s*:\s*0*(\.0+)?\s*(px|pt|em|rem|%|;|$)|
        opacity\s*:\s*0*(\.0+)?\s*(;|$|!)|(left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\s*\d{4,}|
        clip\s*:\s*rect\(\s*0
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Hiding();
}
