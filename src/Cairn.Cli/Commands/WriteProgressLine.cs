using Cairn.Cli.Output;
using Cairn.Models;

namespace Cairn.Cli.Commands;

/// <summary>Shows how much of a model file is written.</summary>
internal sealed class WriteProgressLine(ProgressLine line) : IProgress<WriteProgress>
{
    /// <inheritdoc />
    public void Report(WriteProgress value) =>
        line.Report((double)value.WrittenBytes / Math.Max(1, value.TotalBytes), value.Tensor);
}
