using Microsoft.Extensions.Options;

namespace Cairn.AI;

/// <summary>Checks <see cref="LocalModelOptions"/> by its attributes; generated at build time.</summary>
[OptionsValidator]
internal sealed partial class LocalModelOptionsValidator : IValidateOptions<LocalModelOptions>;
