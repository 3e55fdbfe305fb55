namespace Cairn.Tensors;

/// <summary>Shape checks shared by the norms.</summary>
internal static class NormShape
{
    /// <summary>Refuses buffers that are not the same number of whole rows of <paramref name="dim"/> values.</summary>
    public static void Require(int x, int dim, int y)
    {
        if (dim == 0 || x % dim != 0 || x != y)
        {
            throw new ArgumentException(
                $"The input has {x:N0} elements and the result {y:N0}; both must be the same whole number of rows of {dim:N0}.");
        }
    }
}
