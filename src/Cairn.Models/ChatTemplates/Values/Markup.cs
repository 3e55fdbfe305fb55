using System.Text;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>HTML escaping, which only happens where a template asks for it with <c>escape</c> or <c>safe</c>.</summary>
internal static class Markup
{
    /// <summary><c>left + right</c>: once either is markup, the plain one is escaped.</summary>
    public static StringValue Join(StringValue left, StringValue right) => left.IsMarkup || right.IsMarkup
        ? new StringValue(EscapeUnlessMarkup(left) + EscapeUnlessMarkup(right), isMarkup: true)
        : new StringValue(left.Text + right.Text);

    public static string EscapeUnlessMarkup(StringValue text) => text.IsMarkup ? text.Text : Escape(text.Text);

    public static string Escape(string text) => new StringBuilder(text)
        .Replace("&", "&amp;")
        .Replace(">", "&gt;")
        .Replace("<", "&lt;")
        .Replace("'", "&#39;")
        .Replace("\"", "&#34;")
        .ToString();
}
