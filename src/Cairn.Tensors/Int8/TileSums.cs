namespace Cairn.Tensors;

/// <summary>
/// Sums of two panels, p, times four tokens, t: <c>Spt</c>. Fields and no array, so that they can live in registers.
/// </summary>
internal struct TileSums<TVector>
    where TVector : unmanaged
{
    public TVector S00;
    public TVector S01;
    public TVector S02;
    public TVector S03;
    public TVector S10;
    public TVector S11;
    public TVector S12;
    public TVector S13;
}
