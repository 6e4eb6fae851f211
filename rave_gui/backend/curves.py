"""Curves for the eye: smoothing that moves no peak, thinning that loses no extreme. Pure numpy.

All functions take one-dimensional float arrays of equal length; ``x`` rises. NaN and infinity mean
"no value here" and never spread to their neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_WIDEST = 0.06
"""At full strength the kernel's standard deviation is this part of the curve."""
_REACH = 4.0
"""Standard deviations after which the kernel counts as zero."""


def smooth(values: Floats, strength: float) -> Floats:
    """The trend of ``values``, centred: a peak stays where it is, a straight line stays itself.

    A local linear fit with Gaussian weights. Inside, that is the symmetric weighted mean (no phase
    shift); at the ends, where a mean would lag behind a slope, the fit goes on along it.

    Args:
        values: one value a point; gaps are NaN and stay NaN.
        strength: 0 (as it is) to 1 (widest).
    """
    import numpy as np  # noqa: PLC0415  start-up must not pay for numpy

    values = np.asarray(values, dtype=np.float64)
    sigma = bandwidth(len(values), strength)
    if sigma < 0.3 or len(values) < 3:
        return np.array(values)
    known = np.isfinite(values)
    fitted = _local_line(np.where(known, values, 0.0), known.astype(np.float64), sigma)
    return np.asarray(np.where(known, fitted, np.nan))


def trend_line(x: Floats, y: Floats, strength: float) -> tuple[Floats, Floats]:
    """The trend of a curve as a line of few points, in a time that does not grow with the kernel.

    Where the kernel is wide, means of small blocks are smoothed instead of single points; a block
    is an eighth of the kernel's deviation, and its mean stands at its middle, so that nothing
    shifts.
    """
    import numpy as np  # noqa: PLC0415

    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    block = int(bandwidth(len(y), strength) / 8)
    if block < 2:
        return x, smooth(y, strength)
    whole = len(y) // block * block
    known = np.isfinite(y[:whole]).reshape(-1, block)
    counts = known.sum(1)
    sums = np.where(known, y[:whole].reshape(-1, block), 0.0).sum(1)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    middles = x[:whole].reshape(-1, block).mean(1)
    return middles, smooth(means, strength)


def bandwidth(points: int, strength: float) -> float:
    """Standard deviation of the kernel in points; quadratic, so that small strengths are fine."""
    return _WIDEST * points * min(max(strength, 0.0), 1.0) ** 2


def _local_line(values: Floats, weights: Floats, sigma: float) -> Floats:
    """The value at each point of the line fitted around it (locally weighted regression)."""
    import numpy as np  # noqa: PLC0415

    reach = max(1, min(int(np.ceil(_REACH * sigma)), len(values) - 1))
    distance = np.arange(-reach, reach + 1) / sigma
    kernel = np.exp(-0.5 * distance**2)
    # Distances as seen from each point to its neighbours run the other way in a convolution.
    s0, s1, s2 = (_convolved(weights, kernel * (-distance) ** power) for power in (0, 1, 2))
    centre = float(np.mean(values[weights > 0])) if weights.any() else 0.0
    lifted = (values - centre) * weights
    t0, t1 = (_convolved(lifted, kernel * (-distance) ** power) for power in (0, 1))
    spread = s0 * s2 - s1**2
    mean = t0 / np.maximum(s0, np.finfo(float).tiny)
    line = (s2 * t0 - s1 * t1) / np.where(spread > 1e-9 * s0**2, spread, 1.0)
    return np.asarray(np.where(spread > 1e-9 * s0**2, line, mean) + centre)


def _convolved(signal: Floats, kernel: Floats) -> Floats:
    """``numpy.convolve(..., "same")`` by FFT: a long curve with a wide kernel in milliseconds."""
    import numpy as np  # noqa: PLC0415

    size = len(signal) + len(kernel) - 1
    padded = 1 << (size - 1).bit_length()
    full = np.fft.irfft(np.fft.rfft(signal, padded) * np.fft.rfft(kernel, padded), padded)
    start = (len(kernel) - 1) // 2
    return np.asarray(full[start : start + len(signal)])


def thin(x: Floats, y: Floats, buckets: int) -> tuple[Floats, Floats]:
    """At most four points a bucket: first, lowest, highest and last, in order.

    With one bucket a pixel column the line looks exactly like that of all points: no spike is
    lost, however short. Points without a value are left out.
    """
    import numpy as np  # noqa: PLC0415

    known = np.isfinite(y) & np.isfinite(x)
    x, y = np.asarray(x)[known], np.asarray(y)[known]
    if buckets < 1 or len(x) <= 4 * buckets:
        return x, y
    span = float(x[-1] - x[0]) or 1.0
    bucket = np.minimum(((x - x[0]) * (buckets / span)).astype(np.int64), buckets - 1)
    order = np.lexsort((y, bucket))
    starts = np.flatnonzero(np.r_[True, np.diff(bucket[order]) != 0])
    ends = np.r_[starts[1:], len(order)] - 1
    # Within a bucket the sorted order gives the extremes, the bucket's borders its ends.
    keep = np.unique(np.r_[order[starts], order[ends], starts, ends])
    return x[keep], y[keep]


def between(x: Floats, low: float, high: float) -> slice:
    """The points from ``low`` to ``high`` and one neighbour each side, so that lines run on."""
    import numpy as np  # noqa: PLC0415

    start = int(np.searchsorted(x, low, side="left")) - 1
    stop = int(np.searchsorted(x, high, side="right")) + 1
    return slice(max(0, start), min(len(x), stop))


def nearest(x: Floats, at: float) -> int | None:
    """The index of the point whose ``x`` is closest to ``at``; None for no points."""
    import numpy as np  # noqa: PLC0415

    if len(x) == 0:
        return None
    right = int(np.searchsorted(x, at))
    if right == 0 or right == len(x):
        return min(right, len(x) - 1)
    return right if x[right] - at < at - x[right - 1] else right - 1


def limits(curves: list[Floats], *, log: bool = False, clip: bool = True) -> tuple[float, float]:
    """Bottom and top of an axis that shows the curves with a little air.

    Args:
        curves: the values that will be drawn.
        log: leave out what a logarithmic axis cannot show.
        clip: let single outliers leave the picture instead of flattening everything else.
    """
    import numpy as np  # noqa: PLC0415

    values = np.concatenate([np.empty(0), *curves])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if len(values) == 0:
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if clip and len(values) >= 50:
        low, high = _without_outliers(values, low, high)
    return _with_air(low, high, log=log)


def _without_outliers(values: Floats, low: float, high: float) -> tuple[float, float]:
    """Pull an end in only where a handful of points lies far beyond all others."""
    import numpy as np  # noqa: PLC0415

    bottom, top = (float(edge) for edge in np.percentile(values, [1.0, 99.0]))
    room = 1.0 * (top - bottom)
    return max(low, bottom - room), min(high, top + room)


def _with_air(low: float, high: float, *, log: bool) -> tuple[float, float]:
    if log:
        factor = (high / low) ** 0.06 if high > low else 2.0
        return low / factor, high * factor
    air = (high - low) * 0.06 if high > low else max(abs(high) * 0.1, 0.5)
    return low - air, high + air
