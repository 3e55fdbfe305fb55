using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>PdfPig's filters, but a stream that unpacks to more than the limit is refused before it is unpacked.</summary>
internal sealed class BoundedFilterProvider : IFilterProvider
{
    private readonly IFilterProvider _inner = DefaultFilterProvider.Instance;
    private readonly Dictionary<IFilter, IFilter> _bounded = [];
    private readonly long _limit;

    public BoundedFilterProvider(long limit)
    {
        _limit = limit;
    }

    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) => Bound(_inner.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) => Bound(_inner.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => Bound(_inner.GetAllFilters());

    private List<IFilter> Bound(IReadOnlyList<IFilter> filters)
    {
        var bounded = new List<IFilter>(filters.Count);
        foreach (var filter in filters)
        {
            if (!_bounded.TryGetValue(filter, out var known))
            {
                _bounded[filter] = known = new BoundedFilter(filter, _limit);
            }

            bounded.Add(known);
        }

        return bounded;
    }

    private sealed class BoundedFilter(IFilter inner, long limit) : IFilter
    {
        // The most that deflate, and LZW, can make of a byte.
        private const int LargestDeflateRatio = 1032;
        private const int LargestLzwRatio = 1366;
        private const int LargestRunLengthRatio = 64;

        public bool IsSupported => inner.IsSupported;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken dictionary, IFilterProvider filters, int index)
        {
            var tooMuch = inner switch
            {
                FlateFilter => (long)input.Length * LargestDeflateRatio > limit && InflatesTooFar(input),
                LzwFilter => (long)input.Length * LargestLzwRatio > limit && input.Length > limit / 8,
                RunLengthFilter => (long)input.Length * LargestRunLengthRatio > limit,
                _ => false,
            };
            return tooMuch
                ? throw new DocumentReadException(
                    DocumentReadError.TooLarge, $"A stream of the PDF unpacks to more than the {limit:N0} bytes allowed.")
                : inner.Decode(input, dictionary, filters, index);
        }

        private bool InflatesTooFar(Memory<byte> input)
        {
            try
            {
                using var stream = new ZLibStream(new MemoryStream(input.ToArray()), CompressionMode.Decompress);
                var block = new byte[81920];
                long total = 0;
                int count;
                while ((count = stream.Read(block)) > 0)
                {
                    total += count;
                    if (total > limit)
                    {
                        return true;
                    }
                }
            }
            catch (InvalidDataException)
            {
                // Damaged data: what comes before the damage is within the limit.
            }

            return false;
        }
    }
}
