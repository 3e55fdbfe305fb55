using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;
using Cairn.Retrieval.Answers.Selection;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Selection;

public sealed class AnswerTypeTests
{
    [Theory]
    [InlineData("How many layers does it have?", "It has 30 layers.", 1)]
    [InlineData("How many layers does it have?", "It has many layers.", 0)]
    [InlineData("How many layers does it have?", "Layers were described by Hu et al. 2021 (arXiv:2106.09685).", 0)]
    [InlineData("How many layers does GPT-4 have?", "GPT-4 has layers.", 0)]
    [InlineData("How many layers does it have?", "On May 3, 2023 the layers were shown in Table 2.", 0)]
    [InlineData("How long does the search take?", "The search takes 38 ms.", 1)]
    [InlineData("How long does the search take?", "The search finds 99 % of them.", 0.3)]
    [InlineData("How many shares were repurchased?", "A programme of $2 billion allows it.", 0)]
    [InlineData("How many shares were repurchased?", "It repurchased 4 million shares.", 1)]
    [InlineData("What share of sales came from shoes?", "Net sales of $3.2 billion in the fourth quarter", 0.3)]
    [InlineData("What share of sales came from shoes?", "Shoes are a quarter of sales, at $3.2 billion.", 1)]
    [InlineData("When was it released?", "It was released in July 2023.", 1)]
    [InlineData("When was it released?", "It was released with care.", 0)]
    [InlineData("Who introduced it?", "It was introduced by Karen Spärck Jones.", 1)]
    [InlineData("Who introduced it?", "It was introduced by a committee.", 0)]
    [InlineData("Who is the chief executive officer?", "The Board decided.", 0)]
    [InlineData("Who is the chief executive officer?", "Dave Kimbell, chief executive officer, said so.", 1)]
    [InlineData("What is a cairn?", "A cairn is a pile of stones.", 0.5)]
    public void Fit_tells_whether_a_text_holds_what_is_asked_for(string question, string text, double expected)
    {
        var part = QuestionReader.Read(question)[0];

        Assert.Equal(expected, AnswerType.Fit(part, text, WordReader.Read(text)), 6);
    }
}
