using Cairn.AI;
using Cairn.Inference;
using Cairn.Retrieval.Answers;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Evaluation;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Search;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.Knowledge;

/// <summary>Asks real questions with the bundled models and counts; the bars lie a little below what was measured.</summary>
public sealed class AnswerQualityTests
{
    private static readonly string[] Documents =
    [
        "files/pdf/multi_page.pdf", "files/pdf/layout-parser-paper-with-empty-pages.pdf", "files/pdf/2305.03393v1-pg9.pdf",
        "files/pdf/list-item-example.pdf", "files/pdf/movie-theater-booking-2024.pdf", "files/pdf/REPAIR-2022-INV-001_multipage.pdf",
        "files/pdf/multi-column-2p.pdf", "files/docx/handbook-1p.docx", "files/docx/word_tables.docx", "files/docx/docx_lists.docx",
        "financebench/pdfs/AMCOR_2022_8K_dated-2022-07-01.pdf", "financebench/pdfs/FOOTLOCKER_2022_8K_dated-2022-05-20.pdf",
        "financebench/pdfs/JOHNSON_JOHNSON_2022Q4_EARNINGS.pdf", "financebench/pdfs/JOHNSON_JOHNSON_2023_8K_dated-2023-08-30.pdf",
        "financebench/pdfs/MGMRESORTS_2022Q4_EARNINGS.pdf", "financebench/pdfs/PEPSICO_2023_8K_dated-2023-05-05.pdf",
        "financebench/pdfs/ULTABEAUTY_2023Q4_EARNINGS.pdf",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handbook_questions_are_answered_nine_times_in_ten()
    {
        var questions = AnswerQuestion.Load(Repository.Path("samples", "questions", "handbook.jsonl"));

        var evaluation = await EvaluateAsync(Repository.Path("samples", "handbook"), questions);

        Assert.True(evaluation.Right >= 0.88 * evaluation.Total, Report(evaluation));
        Assert.True(evaluation.WrongAndSupported <= 0.08 * evaluation.Total, Report(evaluation));
    }

    [Fact]
    public async Task Questions_over_PDF_and_DOCX_are_answered_or_refused()
    {
        var folder = Directory.CreateTempSubdirectory("cairn-documents-").FullName;
        try
        {
            foreach (var document in Documents)
            {
                File.Copy(SharedFiles.Data(Path.Combine("documents", document)), Path.Combine(folder, Path.GetFileName(document)));
            }

            var questions = AnswerQuestion.Load(Repository.Path("tests", "Cairn.Cli.Tests", "Knowledge", "documents.jsonl"));

            var evaluation = await EvaluateAsync(folder, questions);

            Assert.True(evaluation.Right >= 0.7 * evaluation.Total, Report(evaluation));
            Assert.True(evaluation.WrongAndSupported <= 0.12 * evaluation.Total, Report(evaluation));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<AnswerEvaluation> EvaluateAsync(string folder, IReadOnlyList<AnswerQuestion> questions)
    {
        var work = Directory.CreateTempSubdirectory("cairn-quality-").FullName;
        try
        {
            using var model = EmbeddingModel.Load(Repository.Path("models", "all-minilm-l6-v2"), cancellationToken: Token);
            using var embeddings = new LocalEmbeddingGenerator(model);
            var counter = new LocalTokenCounter(model.Tokenizer, model.MaxTokens);
            using var index = DocumentIndex.Open(Path.Combine(work, "index.db"), new EmbeddingSpace(model.Name, "", model.Dimensions, "mean", ""));
            await index.SyncAsync(folder, embeddings, new Chunker(counter), null, Token);
            var answerer = new CitedAnswerer(new Retriever(index, embeddings), null, embeddings, counter);

            var evaluation = await new AnswerEvaluator(answerer).EvaluateAsync(questions, null, Token);

            AssertVerifiable(index, evaluation);
            TestContext.Current.TestOutputHelper?.WriteLine(Report(evaluation));
            return evaluation;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void AssertVerifiable(DocumentIndex index, AnswerEvaluation evaluation)
    {
        var texts = index.GetDocuments().ToDictionary(document => document.Source, document => index.GetDocumentText(document.Id));
        Assert.All(
            evaluation.Answers.SelectMany(judged => judged.Answer.Citations),
            citation => Assert.Equal(citation.Quote, texts[citation.Source][citation.Start..citation.End]));
    }

    private static string Report(AnswerEvaluation evaluation)
    {
        var failed = evaluation.Answers.Where(judged => judged.Verdict != AnswerVerdict.Right)
            .Select(judged => $"{judged.Verdict}: {judged.Question.Question} ({judged.Reason}) {judged.Answer.Answer}");
        return $"{evaluation.Right} right, {evaluation.Wrong} wrong ({evaluation.WrongAndSupported} shown as supported), {evaluation.Abstained} abstained "
            + $"of {evaluation.Total}; median {evaluation.MedianSeconds:F2} s\n{string.Join('\n', failed)}";
    }
}
