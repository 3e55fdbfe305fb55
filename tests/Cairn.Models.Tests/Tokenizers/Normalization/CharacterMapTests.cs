using Cairn.Models.Tokenizers.Normalization;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Normalization;

public sealed class CharacterMapTests
{
    [Fact]
    public void Any_bytes_are_a_map_or_an_error_and_are_safe_to_search()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var blob = new byte[random.Next(200)];
            random.NextBytes(blob);
            if (blob.Length >= 8 && random.Next(4) > 0) BitConverter.TryWriteBytes(blob, (blob.Length - 4) / 8 * 4);

            CharacterMap map;
            try
            {
                map = CharacterMap.Parse(blob, (problem, _) => new ArgumentException(problem));
            }
            catch (ArgumentException)
            {
                continue;
            }

            foreach (var text in new[] { "", "a", "abc", "\u00E9\u6F22\U0001F600", new string('x', 500) })
            {
                var (length, replacement) = map.FindLongest(text);

                Assert.InRange(length, 0, text.Length);
                Assert.InRange(replacement.Length, 0, blob.Length);
                Assert.True(map.FindShortest(text).Length <= length, $"seed {seed}");
            }
        }
    }
}
