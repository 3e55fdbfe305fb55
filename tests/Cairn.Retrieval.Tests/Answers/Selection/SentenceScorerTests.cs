using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;
using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Search;
using Cairn.Retrieval.Tests.Indexing;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Selection;

public sealed class SentenceScorerTests : IDisposable
{
    private readonly IndexFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("The firm opened 9 stores in 2022.", "Report", 0)]
    [InlineData("The firm opened 3 stores in the fourth quarter of 2022.", "Report", 2)]
    [InlineData("The firm opened 9 stores.", "Report for 2022", 0)]
    [InlineData("The firm opened 9 stores.", "Report for 2022, outlook for 2023", 0.5)]
    [InlineData("The firm opened 9 stores.", "Report", 2)]
    public void A_figure_of_another_period_is_held_against_the_sentence(string text, string heading, double expected) =>
        Assert.Equal(expected, Measure("How many stores did the firm open in 2022?", text, heading).NamesMissing, 6);

    [Fact]
    public void A_quarter_that_is_asked_for_is_no_other_period() =>
        Assert.Equal(0, Measure("How many stores did the firm open in the first quarter of 2022?", "It opened 3 stores in the first quarter of 2022.", "Firm").NamesMissing, 6);

    [Fact]
    public void A_month_and_a_year_may_have_a_day_between_them() =>
        Assert.Equal(0, Measure("What dividend did the firm pay in March 2023?", "On March 2, 2023, the firm paid a dividend of $0.92.", "Firm").NamesMissing, 6);

    [Theory]
    [InlineData("What share of visitors came by train?", "Visitors by train spent $30.", 0.5)]
    [InlineData("What share of visitors came by train?", "30 % of the visitors came by train.", 0)]
    [InlineData("What share of visitors came by train?", "Visitors like the train.", 1)]
    public void A_number_of_another_unit_is_half_missing(string question, string text, double expected) =>
        Assert.Equal(expected, Measure(question, text, "Visitors").TypeMissing, 6);

    [Theory]
    [InlineData("Why did costs fall?", 0.5)]
    [InlineData("How high are the costs?", 0)]
    public void A_table_row_gives_no_reason(string question, double expected) =>
        Assert.Equal(expected, Measure(question, "| Item | 2022 | 2023 |\n|---|---|---|\n| Costs | 10 | 12 |", "Costs").Fragment, 6);

    [Theory]
    [InlineData("NORDWIND_2022_report.pdf", 0)]
    [InlineData("report.pdf", 1)]
    public void The_name_of_the_file_names_the_subject(string source, double expected) =>
        Assert.Equal(expected, Measure("How many people does Nordwind employ?", "We employ 412 people.", "People", source).NamesMissing, 6);

    private SentenceFeatures Measure(string question, string text, string heading, string source = "page.md")
    {
        var chunk = new Chunk(0, 0, text.Length, null, null, heading, text, 10);
        var sentence = SentenceFinder.Find(new RankedChunk(new IndexedChunk(1, 1, source, "Page", chunk), 1, 1, 1))[0];
        return new SentenceScorer(QuestionReader.Read(question)[0], new TermStatistics(_fixture.Index)).Measure(sentence);
    }
}
