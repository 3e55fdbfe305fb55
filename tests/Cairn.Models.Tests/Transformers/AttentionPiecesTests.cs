using Cairn.Models.Transformers;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

public sealed class AttentionPiecesTests
{
    [Theory]
    [InlineData(0, 128, 0, 128)]
    [InlineData(3_900, 128, 0, 128)] // up to 4,096 keys: a panel is one piece
    [InlineData(4_096, 128, 0, 112)]
    [InlineData(16_384, 128, 0, 16)]
    [InlineData(100_000, 128, 0, 16)]
    [InlineData(100_000, 128, 4_096, 128)] // a window bounds the keys
    [InlineData(100_000, 1, 0, 1)]
    [InlineData(int.MaxValue - 128, 128, 0, 16)]
    public void Piece_has_as_many_tokens_as_the_keys_before_it_allow(int position, int left, int window, int expected) =>
        Assert.Equal(expected, AttentionPieces.Next(position, left, window));

    [Fact]
    public void Every_piece_of_a_long_prompt_is_bounded()
    {
        for (int position = 0; position < 40_000; position += 128)
        {
            int count;
            for (int first = 0; first < 128; first += count)
            {
                count = AttentionPieces.Next(position + first, 128 - first, window: 0);
                Assert.InRange(count, 1, 128 - first);
                Assert.True(
                    count <= AttentionPieces.LeastTokens || (long)count * (position + 128) <= AttentionPieces.MostPairs,
                    $"{count} tokens at position {position + first}");
            }
        }
    }
}
