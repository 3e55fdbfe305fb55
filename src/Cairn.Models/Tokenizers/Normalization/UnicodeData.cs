using System.Globalization;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Combining classes, decompositions and compositions, read once from the embedded extract of Unicode's data.</summary>
/// <remarks>
/// .NET leaves normalisation to the operating system and does none in invariant mode, which Cairn runs in so that results
/// are the same everywhere; hence these tables. Hangul is computed: Unicode 16, section 3.12.
/// </remarks>
internal sealed class UnicodeData
{
    private const string ResourceName = "Cairn.Models.Tokenizers.Normalization.UnicodeExtract.txt";

    private static readonly Lazy<UnicodeData> Shared = new(Read);

    private readonly Dictionary<int, byte> _combiningClasses = [];
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatibility = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly HashSet<int> _excluded = [];
    private readonly HashSet<int> _seconds = [];
    private readonly HashSet<int> _later = [];

    public static UnicodeData Instance => Shared.Value;

    /// <summary>The canonical combining class; 0 for a starter.</summary>
    public byte CombiningClass(int codePoint) => _combiningClasses.GetValueOrDefault(codePoint);

    /// <summary>The full decomposition of a code point that is no Hangul syllable; null when it stays itself.</summary>
    public int[]? Decompose(int codePoint, bool compatibility) =>
        (compatibility ? _compatibility : _canonical).GetValueOrDefault(codePoint);

    /// <summary>The primary composite of two code points, Hangul included, or −1.</summary>
    public int Compose(int first, int second)
    {
        var hangul = Hangul.Compose(first, second);
        return hangul >= 0 ? hangul : _compositions.GetValueOrDefault((first, second), -1);
    }

    /// <summary>Whether a text with this code point can differ from its normalised form.</summary>
    public bool NeedsWork(int codePoint, UnicodeForm form)
    {
        if (CombiningClass(codePoint) != 0) return true;

        return form switch
        {
            UnicodeForm.Nfd => Hangul.IsSyllable(codePoint) || _canonical.ContainsKey(codePoint),
            UnicodeForm.Nfkd => Hangul.IsSyllable(codePoint) || _compatibility.ContainsKey(codePoint),
            UnicodeForm.Nfc => CanCompose(codePoint) || _excluded.Contains(codePoint),
            _ => CanCompose(codePoint) || _excluded.Contains(codePoint)
                || (_compatibility.TryGetValue(codePoint, out var full)
                    && !(_canonical.TryGetValue(codePoint, out var canonical) && canonical.AsSpan().SequenceEqual(full))),
        };
    }

    /// <summary>Whether a mark, format character or punctuation mark is younger than Unicode 8, which BERT's library ends with.</summary>
    public bool IsLaterThanUnicode8(int codePoint) => _later.Contains(codePoint);

    private bool CanCompose(int codePoint) => Hangul.IsTrailing(codePoint) || _seconds.Contains(codePoint);

    private static UnicodeData Read()
    {
        using var stream = typeof(UnicodeData).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{ResourceName}'.");
        using var reader = new StreamReader(stream);
        var data = new UnicodeData();
        var canonical = new Dictionary<int, int[]>();
        var compatibility = new Dictionary<int, int[]>();
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith('@')) section = line[1..];
            else if (section == "combining") data.ReadCombining(line);
            else if (section == "canonical") ReadDecomposition(line, canonical);
            else if (section == "compatibility") ReadDecomposition(line, compatibility);
            else if (section == "excluded") AddRange(line, data._excluded);
            else AddRange(line, data._later);
        }

        data.Fill(canonical, compatibility);
        return data;
    }

    private void ReadCombining(string line)
    {
        var fields = line.Split(' ');
        var (first, last) = ParseRange(fields[0]);
        for (var codePoint = first; codePoint <= last; codePoint++)
        {
            _combiningClasses.Add(codePoint, byte.Parse(fields[1], CultureInfo.InvariantCulture));
        }
    }

    private static void AddRange(string line, HashSet<int> codePoints)
    {
        var (first, last) = ParseRange(line);
        for (var codePoint = first; codePoint <= last; codePoint++)
        {
            codePoints.Add(codePoint);
        }
    }

    private static void ReadDecomposition(string line, Dictionary<int, int[]> mappings)
    {
        var fields = line.Split(' ');
        mappings.Add(Parse(fields[0]), [.. fields.Skip(1).Select(Parse)]);
    }

    private static (int First, int Last) ParseRange(string text)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        return dots < 0 ? (Parse(text), Parse(text)) : (Parse(text[..dots]), Parse(text[(dots + 2)..]));
    }

    private static int Parse(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private void Fill(Dictionary<int, int[]> canonical, Dictionary<int, int[]> compatibility)
    {
        foreach (var (codePoint, mapping) in canonical)
        {
            _canonical.Add(codePoint, [.. Expand(mapping, canonical, null)]);
            _compatibility.Add(codePoint, [.. Expand(mapping, canonical, compatibility)]);
            if (mapping.Length != 2 || _excluded.Contains(codePoint)) continue;

            _compositions.Add((mapping[0], mapping[1]), codePoint);
            _seconds.Add(mapping[1]);
        }

        foreach (var (codePoint, mapping) in compatibility)
        {
            _compatibility.Add(codePoint, [.. Expand(mapping, canonical, compatibility)]);
        }
    }

    private static IEnumerable<int> Expand(
        int[] mapping, Dictionary<int, int[]> canonical, Dictionary<int, int[]>? compatibility) =>
        mapping.SelectMany(codePoint =>
            canonical.TryGetValue(codePoint, out var further)
            || (compatibility is not null && compatibility.TryGetValue(codePoint, out further))
                ? Expand(further, canonical, compatibility)
                : [codePoint]);
}
