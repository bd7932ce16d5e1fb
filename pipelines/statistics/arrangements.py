"""All distinct ways of handing labels to the services of each stratum: how many there are, and the sums they give."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


def number_of_arrangements(counts: npt.NDArray[np.intp], *, at_most: int) -> int | None:
    """The product over strata of the multinomial coefficients; None where it exceeds `at_most`.

    Args:
        counts: services by stratum (rows) and label (columns).
        at_most: where counting stops.
    """
    number = 1
    for stratum in counts.tolist():
        left = sum(stratum)
        for services in stratum:
            number *= comb(left, services)
            left -= services
            if number > at_most:
                return None
    return number


def enumerated_sums(codes: Sequence[Codes], scores: Sequence[Numbers], labels: int) -> Numbers:
    """Sums of the scores by label, for every distinct arrangement of labels within strata.

    Args:
        codes: for each stratum, the label of each service, from 0 to labels - 1.
        scores: for each stratum, the score of each service.
        labels: how many labels there are.

    Returns:
        Shape (arrangements, labels); the arrangement observed is one of them.
    """
    sums = np.zeros((1, labels))
    for stratum, values in zip(codes, scores, strict=True):
        counts = np.bincount(stratum, minlength=labels).tolist()
        arranged = np.array([_sums(values, places) for places in _places(tuple(range(values.size)), counts)])
        sums = (sums[:, None, :] + arranged[None, :, :]).reshape(-1, labels)
    return sums


def _places(free: tuple[int, ...], counts: Sequence[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The places that each label takes, for every way of sharing them out."""
    if len(counts) == 1:
        yield (free,)
        return
    for taken in combinations(free, counts[0]):
        chosen = set(taken)
        for others in _places(tuple(place for place in free if place not in chosen), counts[1:]):
            yield (taken, *others)


def _sums(values: Numbers, places: Sequence[Sequence[int]]) -> list[float]:
    return [float(values[list(taken)].sum()) for taken in places]
