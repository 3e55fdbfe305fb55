namespace Cairn.Retrieval.Chunking;

/// <summary>The headings that stand above a block, from the outermost in.</summary>
internal sealed class Section(IReadOnlyList<SectionHeading> headings)
{
    public const string Separator = " > ";

    public IReadOnlyList<SectionHeading> Headings { get; } = headings;

    /// <summary>Number of outer headings that two sections share.</summary>
    public int CommonDepth(Section other)
    {
        var depth = 0;
        while (depth < Headings.Count && depth < other.Headings.Count && Headings[depth].Start == other.Headings[depth].Start)
        {
            depth++;
        }

        return depth;
    }

    /// <summary>The section below this one that a heading opens; it closes those of its level and deeper.</summary>
    public Section Enter(SectionHeading heading)
    {
        var kept = Headings.TakeWhile(outer => outer.Level < heading.Level);
        return new Section([.. kept, heading]);
    }

    /// <summary>The first <paramref name="depth"/> headings on one line.</summary>
    public string Path(int depth) => string.Join(Separator, Headings.Take(depth).Select(heading => heading.Text));
}

/// <summary>A heading with the place where it begins.</summary>
internal readonly record struct SectionHeading(int Level, string Text, int Start);
