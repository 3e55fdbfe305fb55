namespace Cairn.Tensors;

/// <summary>Where one thread sleeps until it is woken. A wake-up that comes first is kept; waiting allocates nothing.</summary>
internal sealed class ParkingPlace
{
    private readonly object _gate = new();
    private bool _isAwake;

    /// <summary>Sleeps until the next or kept <see cref="Wake"/>; the caller re-checks what it waits for.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            while (!_isAwake)
            {
                Monitor.Wait(_gate);
            }

            _isAwake = false;
        }
    }

    /// <summary>Wakes the thread, or lets its next <see cref="Wait"/> pass.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isAwake = true;
            Monitor.Pulse(_gate);
        }
    }
}
