// Extracts from Unicode's data files what the tokenizers need and .NET does not carry:
//   dotnet run eng/unicode/ExtractNormalization.cs <folder with UnicodeData.txt> <output file>
// The folder is the Unicode Character Database of one version (Debian: package unicode-data, /usr/share/unicode).
// Output: src/Cairn.Models/Tokenizers/Normalization/UnicodeExtract.txt.
using System.Globalization;
using System.Text;

var (folder, output) = (args[0], args[1]);
var combining = new SortedDictionary<int, string>();
var canonical = new SortedDictionary<int, string>();
var compatibility = new SortedDictionary<int, string>();
foreach (var line in File.ReadLines(Path.Combine(folder, "UnicodeData.txt")))
{
    var fields = line.Split(';');
    var codePoint = Parse(fields[0]);
    if (fields[3] != "0") combining.Add(codePoint, fields[3]);
    if (fields[5].StartsWith('<')) compatibility.Add(codePoint, fields[5][(fields[5].IndexOf(' ') + 1)..]);
    else if (fields[5].Length > 0) canonical.Add(codePoint, fields[5]);
}

var ages = new Dictionary<int, double>();
var version = "";
foreach (var line in File.ReadLines(Path.Combine(folder, "DerivedAge.txt")))
{
    if (line.StartsWith("# DerivedAge-", StringComparison.Ordinal)) version = line["# DerivedAge-".Length..^".txt".Length];
    var fields = line.Split('#')[0].Split(';');
    if (fields.Length < 2) continue;

    var ends = fields[0].Trim().Split("..");
    for (var codePoint = Parse(ends[0]); codePoint <= Parse(ends[^1]); codePoint++)
    {
        ages.Add(codePoint, double.Parse(fields[1], CultureInfo.InvariantCulture));
    }
}

// The reference library of BERT knows marks, formats and punctuation of Unicode 8 only.
var later = new SortedDictionary<int, string>();
for (var codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
{
    var category = CharUnicodeInfo.GetUnicodeCategory(codePoint);
    var matters = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format
        or (>= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation);
    if (matters && !(ages.TryGetValue(codePoint, out var age) && age <= 8)) later.Add(codePoint, "");
}

var text = new StringBuilder()
    .Append($"# Unicode {version}, extracted by eng/unicode/ExtractNormalization.cs. Hangul syllables are computed and not listed.\n")
    .Append("# Copyright Unicode, Inc. Unicode data files are used under the Unicode License, https://www.unicode.org/license.txt.\n")
    .Append("@combining\n");
AppendRanges(combining);
text.Append("@canonical\n");
foreach (var (codePoint, mapping) in canonical) text.Append($"{codePoint:X4} {mapping}\n");
text.Append("@compatibility\n");
foreach (var (codePoint, mapping) in compatibility) text.Append($"{codePoint:X4} {mapping}\n");
text.Append("@excluded\n");
foreach (var line in File.ReadLines(Path.Combine(folder, "DerivedNormalizationProps.txt")))
{
    var fields = line.Split('#')[0].Split(';');
    if (fields.Length > 1 && fields[1].Trim() == "Full_Composition_Exclusion") text.Append($"{fields[0].Trim()}\n");
}

text.Append("@later\n");
AppendRanges(later);
File.WriteAllText(output, text.ToString());

void AppendRanges(SortedDictionary<int, string> values)
{
    var pairs = values.ToArray();
    for (var i = 0; i < pairs.Length;)
    {
        var end = i + 1;
        while (end < pairs.Length && pairs[end].Key == pairs[end - 1].Key + 1 && pairs[end].Value == pairs[i].Value) end++;
        var last = pairs[end - 1].Key;
        var range = last == pairs[i].Key ? $"{last:X4}" : $"{pairs[i].Key:X4}..{last:X4}";
        text.Append($"{range} {pairs[i].Value}".TrimEnd()).Append('\n');
        i = end;
    }
}

static int Parse(string hexadecimal) => int.Parse(hexadecimal.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
