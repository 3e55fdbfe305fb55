using Cairn.Cli.Output;
using Cairn.Retrieval.Evaluation;

namespace Cairn.Cli.Commands;

/// <summary>Shows how far an evaluation is.</summary>
internal sealed class EvaluationLine(ProgressLine line) : IProgress<EvaluationProgress>
{
    public void Report(EvaluationProgress value) =>
        line.Report(value.Total == 0 ? 0 : (double)value.Done / value.Total, $"{value.Stage} {value.Done:N0} of {value.Total:N0}");
}
