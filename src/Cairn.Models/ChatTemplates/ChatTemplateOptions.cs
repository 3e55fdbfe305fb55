namespace Cairn.Models.ChatTemplates;

/// <summary>
/// Clock and limits of one rendering. Templates come with models from anywhere, so every limit is on by default.
/// </summary>
public sealed class ChatTemplateOptions
{
    /// <summary>The defaults.</summary>
    public static ChatTemplateOptions Default { get; } = new();

    /// <summary>Clock behind <c>strftime_now</c>; its local time zone is the one printed.</summary>
    /// <value>Default <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Most steps: nodes of the template evaluated, plus items and characters produced at a lower rate.
    /// </summary>
    /// <value>Greater than zero; default 10 million, about a second.</value>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>Longest output, and longest text of any value on the way to it, in UTF-16 units.</summary>
    /// <value>Greater than zero; default 8 Mi.</value>
    public int MaxOutputLength { get; init; } = 8 * 1024 * 1024;

    /// <summary>Deepest nesting of macro calls, recursive loops and expressions while rendering.</summary>
    /// <value>Greater than zero; default 1,000.</value>
    public int MaxDepth { get; init; } = 1000;

    /// <summary>Most items of any list that an operation makes.</summary>
    /// <value>Greater than zero; default one million.</value>
    public int MaxListLength { get; init; } = 1_000_000;

    /// <summary>Longest <c>range</c>.</summary>
    /// <value>Greater than zero; default 100,000, as Jinja's sandbox has it.</value>
    public int MaxRangeLength { get; init; } = 100_000;

    /// <summary>Seed of the <c>random</c> filter, so that a rendering can be repeated.</summary>
    /// <value>Default 0.</value>
    public ulong RandomSeed { get; init; }
}
