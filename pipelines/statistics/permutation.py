"""The stratified permutation test of services' values: labels exchanged within a stratum, many tests at once.

Belongs here: the statistic, the draws and the p-value, for any partition of services into labels (all structural models
of a comparison, or two of them). Which services, labels and strata are tested is for the caller to say; enumeration of
all arrangements lives in arrangements.py.

The statistic is Kruskal-Wallis on aligned ranks (Hodges JL, Lehmann EL (1962), Ann Math Statist 33:482-497): each value
less the median of its stratum, ranked over all strata. The median and not the mean, because one very high service would
otherwise push every other service of its class below the services of other classes. Group sums are then taken about
what is expected of them when labels are exchanged within strata, so a model that holds many services of one class is
not held against the ranks of that class. With one stratum this is the Kruskal-Wallis H, corrected for ties; with two
labels it orders the draws as the difference of mean aligned ranks does, two-sided.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.statistics.arrangements import enumerated_sums, number_of_arrangements

Numbers = npt.NDArray[np.float64]
Order = npt.NDArray[np.integer]
Sums = npt.NDArray[np.floating]

DRAWS = 9999
SEED = 9999
"""Any number would do; it is stored with every test."""

TESTS = {
    "test": pl.String,
    "services": pl.Int64,
    "services_exchangeable": pl.Int64,
    "labels": pl.Int64,
    "strata": pl.Int64,
    "statistic": pl.Float64,
    "p_value": pl.Float64,
    "draws": pl.Int64,
    "is_exact": pl.Boolean,
}

# Aligned values that differ by less than this share of the largest are tied: subtraction leaves that much noise.
SAME_VALUE = 1e-9
SAME_STATISTIC = 1e-9
# Sums of draws held at once by a thread: 16 MB of 4 bytes. Less is no slower, and more is held some ten times over.
SUMS_AT_ONCE = 4_000_000
# A matrix product of no more multiplications than this stays on one thread of OpenBLAS. Threads are our own here: on a
# busy machine those of OpenBLAS wait for each other longer than they multiply (measured: 9 ms for 0.3 ms of work).
PRODUCT_AT_ONCE = 2**18
# Whole numbers up to here are exact in 4 bytes, so sums of ranks are the same on every machine and in every order.
LARGEST_EXACT = 2**24


@dataclass(frozen=True)
class _Test:
    """One test, ready to draw: strata in order, services in order of their id, labels in order of appearance."""

    name: str
    strata: list[str]
    codes: list[npt.NDArray[np.intp]]  # for each stratum, the label of each service
    ranks: list[Numbers]  # for each stratum, twice the aligned rank of each service: whole numbers
    labels: int

    @property
    def services(self) -> int:
        return sum(codes.size for codes in self.codes)

    @cached_property
    def counts(self) -> npt.NDArray[np.intp]:
        """Services by stratum and label."""
        return np.array([np.bincount(codes, minlength=self.labels) for codes in self.codes])

    @cached_property
    def expected(self) -> Numbers:
        """What exchange within strata gives each label's sum on average."""
        means = np.array([ranks.mean() for ranks in self.ranks])
        return means @ self.counts

    @cached_property
    def observed(self) -> Numbers:
        sums = [np.bincount(c, weights=r, minlength=self.labels) for c, r in zip(self.codes, self.ranks, strict=True)]
        return np.sum(sums, axis=0)

    def between(self, sums: Numbers) -> Numbers:
        """The sum of squares between labels, for sums by label along the last axis."""
        between: Numbers = ((sums - self.expected) ** 2 / self.counts.sum(axis=0)).sum(axis=-1)
        return between

    def exchangeable(self) -> int:
        """Services in strata that hold more than one label."""
        return int(self.counts[(self.counts > 0).sum(axis=1) > 1].sum())

    def statistic(self) -> float:
        total = sum(float(((ranks - ranks.mean()) ** 2).sum()) for ranks in self.ranks)
        return (self.services - 1) * float(self.between(self.observed)) / total if total > 0 else 0.0


def permutation_tests(rows: pl.DataFrame, *, draws: int = DRAWS, seed: int = SEED) -> pl.DataFrame:
    """Test each partition of services into labels, by exchanging labels within strata.

    Where `draws` or fewer distinct arrangements are possible, all are taken and p is the share of them at least as far
    out as the one observed. Otherwise p = (1 + draws at least as far out) / (draws + 1), which counts the observed one
    (Phipson B, Smyth GK (2010), Stat Appl Genet Mol Biol 9:39). The draws depend on the seed, the stratum and how
    many services stand in it, and on nothing else: a test gives the same p alone and among thousands, with its rows in
    any order and its labels under any name.

    Args:
        rows: one row per test and service: test, stratum, service_id, label (all text), value; nothing null.
        draws: random arrangements of a test that cannot be enumerated.
        seed: a whole number of at least 0.

    Returns:
        The columns of `TESTS`, one row per test, sorted by test. `p_value` is null where only one arrangement is
        possible; `statistic` is 0 where all aligned values are tied.
    """
    tests = _tests_of(rows)
    possible = [number_of_arrangements(test.counts, at_most=draws) for test in tests]
    p_values: list[float | None] = [None] * len(tests)
    drawn = []
    for place, (test, arrangements) in enumerate(zip(tests, possible, strict=True)):
        if arrangements is None:
            drawn.append(place)
        elif arrangements > 1:
            p_values[place] = _exact_p_value(test)
    counted = _draw([tests[place] for place in drawn], draws, seed)
    for place, as_far in zip(drawn, counted, strict=True):
        p_values[place] = (1 + as_far) / (draws + 1)
    return pl.DataFrame(
        {
            "test": [test.name for test in tests],
            "services": [test.services for test in tests],
            "services_exchangeable": [test.exchangeable() for test in tests],
            "labels": [test.labels for test in tests],
            "strata": [len(test.strata) for test in tests],
            "statistic": [test.statistic() for test in tests],
            "p_value": p_values,
            "draws": [draws if number is None else number for number in possible],
            "is_exact": [number is not None for number in possible],
        },
        schema=TESTS,
    )


def _aligned_ranks(rows: pl.DataFrame) -> pl.DataFrame:
    aligned = pl.col("value") - pl.col("value").median().over("test", "stratum")
    grain = pl.col("value").abs().max().over("test") * SAME_VALUE
    # Twice the rank, so that the mean rank of tied services is whole too.
    return rows.with_columns(
        (pl.when(grain > 0).then((aligned / grain).round()).otherwise(0.0)).alias("aligned")
    ).with_columns((2 * pl.col("aligned").rank("average").over("test")).alias("rank"))


def _tests_of(rows: pl.DataFrame) -> list[_Test]:
    if rows.is_empty():
        return []
    ranked = _aligned_ranks(rows.sort("test", "stratum", "service_id"))
    # A label's code is its place in order of first appearance, so that a label's name changes no draw.
    blocks = (
        ranked.with_columns(pl.int_range(pl.len()).over("test").alias("place"))
        .with_columns(pl.col("place").min().over("test", "label").alias("first"))
        .with_columns((pl.col("first").rank("dense").over("test").cast(pl.Int64) - 1).alias("code"))
        .group_by("test", "stratum", maintain_order=True)
        .agg("code", "rank")
        .group_by("test", maintain_order=True)
        .agg("stratum", "code", "rank")
    )
    tests = []
    for name, strata, codes, ranks in blocks.iter_rows():
        codes = [np.array(block, dtype=np.intp) for block in codes]
        tests.append(
            _Test(name, strata, codes, [np.array(block) for block in ranks], 1 + max(int(c.max()) for c in codes))
        )
    return tests


def _exact_p_value(test: _Test) -> float:
    between = test.between(enumerated_sums(test.codes, test.ranks, test.labels))
    return float((between >= _bar(test)).mean())


def _bar(test: _Test) -> float:
    """How far out a draw must be to count; a little under what was observed, for the rounding of squares."""
    return float(test.between(test.observed)) * (1 - SAME_STATISTIC) - SAME_STATISTIC


def _draw(tests: list[_Test], draws: int, seed: int) -> list[int]:
    """For each test, how many draws are at least as far out as what was observed."""
    chunks: list[list[_Test]] = [[]]
    columns = 0
    for test in tests:
        if columns + test.labels - 1 > SUMS_AT_ONCE // draws and chunks[-1]:
            chunks.append([])
            columns = 0
        chunks[-1].append(test)
        columns += test.labels - 1
    orders = cache(lambda stratum, size: _permutations(stratum, size, draws, seed))
    with ThreadPoolExecutor(max_workers=2) as threads:
        counted = threads.map(lambda chunk: _draw_together(chunk, draws, orders), chunks)
        return [as_far for chunk in counted for as_far in chunk]


def _draw_together(tests: list[_Test], draws: int, orders: Callable[[str, int], Order]) -> list[int]:
    """As `_draw`, with the sums of all these tests in memory.

    An arrangement of a stratum of m services is a random permutation of 0 to m - 1; the services whose number is under
    k carry the first labels, of which there are k. So the sum of the first labels is a product of the services' ranks
    with a matrix of 0 and 1 that depends on stratum, m and k alone: every test with such a stratum shares it, whichever
    services those are. Sums over strata and differences of neighbouring sums do the rest.
    """
    first = np.cumsum([0] + [test.labels - 1 for test in tests])
    exact = max((2 * test.services**2 for test in tests), default=0) < LARGEST_EXACT
    kind: type[np.floating] = np.float32 if exact else np.float64
    sums: Sums = np.zeros((int(first[-1]), draws), dtype=kind)
    wanted: dict[tuple[str, int], dict[int, list[tuple[int, Numbers]]]] = {}
    for column, test in zip(first, tests, strict=False):
        for stratum, counts, ranks in zip(test.strata, test.counts, test.ranks, strict=True):
            for label, through in enumerate(np.cumsum(counts)[:-1].tolist()):
                if through:
                    of_stratum = wanted.setdefault((stratum, ranks.size), {})
                    of_stratum.setdefault(through, []).append((int(column) + label, ranks))
    for (stratum, size), by_number in wanted.items():
        order = orders(stratum, size)
        for through, requests in by_number.items():
            carries = (order < through).astype(kind)
            places = [column for column, _ in requests]
            sums[places] += _product(np.array([ranks for _, ranks in requests], dtype=kind), carries)
    return [_as_far_out(test, sums[start:end]) for test, start, end in zip(tests, first[:-1], first[1:], strict=True)]


def _product(ranks: Sums, carries: Sums) -> Sums:
    """The matrix product, in pieces that stay on one thread."""
    product: Sums = np.empty((len(ranks), carries.shape[1]), dtype=carries.dtype)
    width = max(1, PRODUCT_AT_ONCE // ranks.size)
    for start in range(0, carries.shape[1], width):
        columns = slice(start, start + width)
        product[:, columns] = ranks @ carries[:, columns]
    return product


def _as_far_out(test: _Test, through: Sums) -> int:
    total = test.observed.sum()
    edges = np.vstack([np.zeros(through.shape[1]), through, np.full(through.shape[1], total)])
    return int((test.between(np.diff(edges, axis=0).T) >= _bar(test)).sum())


def _permutations(stratum: str, size: int, draws: int, seed: int) -> Order:
    """`draws` permutations of 0 to size - 1, one a column, of this stratum's own stream: shape (size, draws)."""
    stream = np.random.default_rng([seed, size, *stratum.encode()])
    kind = np.uint8 if size <= 2**8 else np.uint16
    rows = np.tile(np.arange(size, dtype=kind), (draws, 1))
    return np.ascontiguousarray(stream.permuted(rows, axis=1).T)
