"""What can be worked out about hidden figures from those that are open: exactly, and as least and greatest value.

The attacker knows every open figure, every equation and limit, and that counts are not below nought. A figure that
must stay hidden has to be possible at nought and at the threshold (docs/guides/disclosure.md says why).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from pipelines.disclosure.system import System

BUNDLE = 4000
"""Unknowns that one linear programme takes: independent parts are solved together, to spend little on calls."""
NOUGHT = 1e-6


@dataclass(frozen=True)
class Known:
    """What follows by subtraction.

    Attributes:
        is_known: by unknown: open, or worked out step by step from equations with one unknown left.
        by: by unknown: the equation that gave it; -1 where it is open or not known.
    """

    is_known: np.ndarray
    by: np.ndarray


def open_unknowns(system: System, is_hidden_row: np.ndarray) -> np.ndarray:
    """Which unknowns some row that is not hidden states."""
    is_open = np.zeros(len(system.number), bool)
    is_open[system.of[~is_hidden_row[system.row]]] = True
    return is_open


def by_subtraction(system: System, is_open: np.ndarray) -> Known:
    """Everything that follows from the open figures by solving one equation after the other."""
    is_known = is_open.copy()
    by = np.full(len(is_known), -1, np.int64)
    relation_of = np.repeat(np.arange(len(system.is_equation)), np.diff(system.starts))
    while True:
        left = ~is_known[system.unknowns]
        unknown_terms = np.bincount(relation_of[left], minlength=len(system.is_equation))
        solvable = left & (unknown_terms[relation_of] == 1) & system.is_equation[relation_of]
        found = system.unknowns[solvable]
        if len(found) == 0:
            return Known(is_known, by)
        is_known[found] = True
        by[found] = relation_of[solvable]


def intervals(
    system: System, is_known: np.ndarray, targets: np.ndarray, threshold: int
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest value of each target that is possible given what is known.

    Args:
        system: unknowns and relations.
        is_known: by unknown.
        targets: numbers of unknowns that are not known.
        threshold: values above it are not told from it.

    Returns:
        Two arrays by target: the least value (0 where nought is possible) and the greatest, at most the threshold.
    """
    lower, upper = np.zeros(len(targets)), np.full(len(targets), float(threshold))
    if len(targets) == 0:
        return lower, upper
    place = {int(target): n for n, target in enumerate(targets)}
    for problem in _problems(system, is_known, targets):
        least, greatest = problem.solve(threshold)
        for n, target in enumerate(problem.targets):
            lower[place[int(problem.columns[target])]] = least[n]
            upper[place[int(problem.columns[target])]] = greatest[n]
    return lower, upper


@dataclass(frozen=True)
class _Problem:
    """Independent parts of a system with their open figures put in.

    Attributes:
        columns: unknown of each column.
        matrix, right: rows of relations over the columns, and their right sides.
        is_equation: by row.
        targets: columns to bound.
        part: by column, the independent part it belongs to.
    """

    columns: np.ndarray
    matrix: sparse.csr_matrix
    right: np.ndarray
    is_equation: np.ndarray
    targets: np.ndarray
    part: np.ndarray

    def solve(self, threshold: int) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest value of each target, the latter at most the threshold."""
        least, greatest = np.full(len(self.targets), np.nan), np.full(len(self.targets), np.nan)
        for found, is_up in ((least, False), (greatest, True)):
            reached = float(threshold) if is_up else 0.0
            # One solution shows many figures at nought, or at the threshold; those that it does not show are asked
            # again without the others, and when that shows no more, one of each independent part at a time.
            is_together = True
            while np.isnan(found).any():
                waiting = np.flatnonzero(np.isnan(found))
                problem = self._of_parts(waiting)
                asked = np.arange(len(waiting))
                if not is_together:
                    _, asked = np.unique(problem.part[problem.targets], return_index=True)
                values = problem._solution(asked, threshold, is_up=is_up)
                is_there = np.abs(values - reached) <= NOUGHT
                if not is_together:
                    found[waiting[asked]] = values[asked]
                found[waiting[is_there]] = reached
                is_together = is_together and bool(is_there.any())
        return least, greatest

    def _of_parts(self, waiting: np.ndarray) -> "_Problem":
        """The independent parts in which these targets (numbers of targets) lie, with these targets alone."""
        targets = self.targets[waiting]
        is_kept = np.isin(self.part, self.part[targets])
        if is_kept.all():
            return replace(self, targets=targets)
        columns = np.flatnonzero(is_kept)
        matrix = self.matrix[:, columns]
        rows = np.flatnonzero(np.diff(matrix.indptr))
        return _Problem(
            self.columns[columns], matrix[rows], self.right[rows], self.is_equation[rows],
            np.searchsorted(columns, targets), self.part[columns],
        )  # fmt: skip

    def _solution(self, asked: np.ndarray, threshold: int, *, is_up: bool) -> np.ndarray:
        """Values of all targets where the asked ones together are least, or greatest up to the threshold each."""
        size = self.matrix.shape[1]
        equations, limits = self.matrix[self.is_equation], self.matrix[~self.is_equation]
        right, most = self.right[self.is_equation], self.right[~self.is_equation]
        if not is_up:
            cost = np.zeros(size)
            cost[self.targets[asked]] = 1
            bounds: list[tuple[float, float | None]] = [(0, None)] * size
        else:
            # A second column for each asked target, at most the target and at most the threshold.
            extra = len(asked)
            below = sparse.csr_matrix(
                (
                    np.concatenate([np.ones(extra), -np.ones(extra)]),
                    (np.tile(np.arange(extra), 2), np.concatenate([size + np.arange(extra), self.targets[asked]])),
                ),
                shape=(extra, size + extra),
            )
            limits = sparse.vstack([_widened(limits, extra), below], format="csr")
            most = np.concatenate([most, np.zeros(extra)])
            equations = _widened(equations, extra)
            cost = np.concatenate([np.zeros(size), -np.ones(extra)])
            bounds = [(0, None)] * size + [(0, threshold)] * extra
        solved = linprog(
            cost,
            A_ub=limits if limits.shape[0] else None, b_ub=most if limits.shape[0] else None,
            A_eq=equations if equations.shape[0] else None, b_eq=right if equations.shape[0] else None,
            bounds=bounds, method="highs",
        )  # fmt: skip
        if solved.x is None:
            # The publisher's own figures contradict each other here: nothing is certain, so nothing is certified.
            return np.full(len(self.targets), 0.0 if is_up else float(threshold))
        return (
            np.minimum(np.asarray(solved.x)[self.targets], threshold) if is_up else np.asarray(solved.x)[self.targets]
        )


def _widened(matrix: sparse.csr_matrix, extra: int) -> sparse.csr_matrix:
    return sparse.hstack([matrix, sparse.csr_matrix((matrix.shape[0], extra))], format="csr")


def _problems(system: System, is_known: np.ndarray, targets: np.ndarray) -> Iterator[_Problem]:
    relation_of = np.repeat(np.arange(len(system.is_equation)), np.diff(system.starts))
    left = ~is_known[system.unknowns]
    size = len(is_known)
    links = sparse.coo_matrix(
        (np.ones(int(left.sum())), (system.unknowns[left], size + relation_of[left])),
        shape=(size + len(system.is_equation),) * 2,
    )
    _, label = connected_components(links, directed=False)
    open_part = np.bincount(
        relation_of, weights=np.where(left, 0, system.signs * np.nan_to_num(system.number[system.unknowns])),
        minlength=len(system.is_equation),
    )  # fmt: skip
    # Where no open figure enters an independent part, nought is possible for all of it, and so is any multiple of
    # the truth: a count above nought can be as large as one likes.
    is_tied = np.zeros(label.max() + 1, bool)
    is_tied[label[size:][(open_part != 0) & (np.bincount(relation_of[left], minlength=len(open_part)) > 0)]] = True
    targets = targets[is_tied[label[targets]] | ~(system.number[targets] > 0)]
    if len(targets) == 0:
        return
    wanted = np.unique(label[targets])
    is_wanted = np.zeros(label.max() + 1, bool)
    is_wanted[wanted] = True
    sizes = np.bincount(label[:size][~is_known], minlength=label.max() + 1)[wanted]
    bundle_of = np.full(label.max() + 1, -1, np.int64)
    bundle_of[wanted] = np.cumsum(sizes) // BUNDLE
    by_bundle = bundle_of[label[size:]]
    in_terms = left & (by_bundle[relation_of] >= 0)
    unknown_bundle = np.where(is_known, -1, bundle_of[label[:size]])
    for bundle in np.unique(bundle_of[wanted]):
        columns = np.flatnonzero(unknown_bundle == bundle)
        terms = np.flatnonzero(in_terms & (by_bundle[relation_of] == bundle))
        rows, at_row = np.unique(relation_of[terms], return_inverse=True)
        matrix = sparse.csr_matrix(
            (system.signs[terms], (at_row, np.searchsorted(columns, system.unknowns[terms]))),
            shape=(len(rows), len(columns)),
        )
        mine = targets[bundle_of[label[targets]] == bundle]
        yield _Problem(
            columns, matrix, -open_part[rows], system.is_equation[rows],
            np.searchsorted(columns, mine), label[columns],
        )  # fmt: skip
