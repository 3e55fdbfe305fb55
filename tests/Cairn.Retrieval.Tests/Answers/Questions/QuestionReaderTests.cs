using Cairn.Retrieval.Answers.Questions;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Questions;

public sealed class QuestionReaderTests
{
    [Fact]
    public void A_question_of_two_parts_is_split_and_its_pronoun_replaced()
    {
        var parts = QuestionReader.Read("What is QLoRA and when should I use it?");

        Assert.Equal(["What is QLoRA", "when should I use QLoRA?"], parts.Select(part => part.Text));
        Assert.Equal([QuestionKind.Definition, QuestionKind.Purpose], parts.Select(part => part.Kind));
        Assert.All(parts, part => Assert.Equal("QLoRA", part.Subject));
    }

    [Theory]
    [InlineData("Who wrote the report? When was it published?", 2)]
    [InlineData("What is the difference between RAG and fine-tuning?", 1)]
    [InlineData("How many layers and heads does the model have?", 1)]
    [InlineData("What is BM25, why is it fast and who made it?", 3)]
    public void Only_complete_questions_are_parts(string question, int expected) =>
        Assert.Equal(expected, QuestionReader.Read(question).Count);

    [Fact]
    public void A_statement_before_the_question_is_part_of_it() =>
        Assert.Single(QuestionReader.Read("Our manuals change weekly and staff want to see where an answer came from. Should we use retrieval?"));

    [Theory]
    [InlineData("What's a chat template and what happens if I use the wrong one?", "what happens if I use the wrong chat template?")]
    [InlineData("What is perplexity? Is a lower value better?", "Is a lower value better for perplexity?")]
    [InlineData("What is LoRA? Who introduced QLoRA?", "Who introduced QLoRA?")]
    [InlineData("When was Adobe founded, and in which state was it first incorporated?", "in which state was Adobe first incorporated?")]
    public void A_later_part_is_complete_in_itself(string question, string expected) =>
        Assert.Equal(expected, QuestionReader.Read(question)[1].Text);

    [Theory]
    [InlineData("What is an embedding?", QuestionKind.Definition)]
    [InlineData("What does RAG stand for?", QuestionKind.Definition)]
    [InlineData("Define perplexity.", QuestionKind.Definition)]
    [InlineData("How many layers does it have?", QuestionKind.Quantity)]
    [InlineData("What was Ulta Beauty's net income in fiscal 2019?", QuestionKind.Quantity)]
    [InlineData("What adjusted earnings per share does Amcor expect?", QuestionKind.Quantity)]
    [InlineData("What is the vocabulary size of SmolLM2?", QuestionKind.Quantity)]
    [InlineData("When was Llama 2 released?", QuestionKind.Time)]
    [InlineData("In which year was it founded?", QuestionKind.Time)]
    [InlineData("Who introduced LoRA?", QuestionKind.Person)]
    [InlineData("When should I use RAG?", QuestionKind.Purpose)]
    [InlineData("What is RAG used for?", QuestionKind.Purpose)]
    [InlineData("Why is decoding slow?", QuestionKind.Reason)]
    [InlineData("How does LoRA work?", QuestionKind.Procedure)]
    [InlineData("How do LoRA and QLoRA differ?", QuestionKind.Comparison)]
    [InlineData("Which is faster, BM25 or vectors?", QuestionKind.Comparison)]
    [InlineData("Which measures reduce errors?", QuestionKind.Statement)]
    [InlineData("What are the three size classes?", QuestionKind.Enumeration)]
    [InlineData("Is Llama 2 open source?", QuestionKind.Confirmation)]
    [InlineData("Where is the index kept?", QuestionKind.Place)]
    [InlineData("tell me something about stones", QuestionKind.Statement)]
    public void The_wording_tells_the_kind(string question, QuestionKind expected) =>
        Assert.Equal(expected, Assert.Single(QuestionReader.Read(question)).Kind);

    [Theory]
    [InlineData("How many employees does the firm have?", "employe")]
    [InlineData("What is the vocabulary size of GPT-4?", "vocabulari")]
    [InlineData("What is an embedding?", "")]
    [InlineData("Which law took the cases away from the judges?", "law")]
    [InlineData("min-max or rank fusion - which one gives better results?", "")]
    [InlineData("What happens to tables when documents are chunked?", "")]
    [InlineData("How do I calculate what a hosted service will cost?", "")]
    public void What_is_counted_is_the_focus(string question, string expected) =>
        Assert.Equal(expected, string.Join(' ', QuestionReader.Read(question)[0].Focus));

    [Theory]
    [InlineData("")]
    [InlineData("???")]
    [InlineData("and and and what what it it")]
    public void Any_text_gives_at_least_one_part(string question) => Assert.NotEmpty(QuestionReader.Read(question));

    [Fact]
    public void A_very_long_text_is_read_in_bounded_parts()
    {
        var question = string.Concat(Enumerable.Repeat("what is it and how many are there of the ", 2000));

        Assert.InRange(QuestionReader.Read(question).Count, 1, 4);
    }
}
