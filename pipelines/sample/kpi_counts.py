"""The counts behind the ten KPI templates, one set for every service and quarter.

Counts come from a service's population and its own rates and shares, drawn once a service; never from its structural
model. Within a template the parts add up as domain.md 2.6 says: suitable and unsuitable make the total, a plan needs
an identified need, an offer needs a need.

Arrays are service x quarter x order, with more axes where the template has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

import pipelines.sample.kpi_templates as t
from pipelines.sample.names import FICTIONAL

Array = np.ndarray
_SHARES = np.array([0.34, 0.06, 0.16, 0.26, 0.14, 0.04])
_ENDING = 0.00105
_LIVES = np.array([0, 0, 0, 62, 10, 1.5, 2.5, 6, 5, 6, 2, 2, 0.6, 0.9, 1.5])
_LIVES_AFTER_CUSTODY = np.array([6, 3, 22, 36, 6, 1, 4, 7, 2, 8, 2, 1, 0.5, 1, 0.5])
_PROVISION = (
    np.array([52, 13, 7, 8, 10, 5, 5]),
    np.array([42, 6, 9, 7, 8, 2, 1, 9, 8, 3, 2, 1, 2]),
)


@dataclass(frozen=True)
class Returns:
    """What every template shares: who returns for which quarter, and how many children's orders ended.

    `frame` has one row a service and quarter (service first): return_status_id, reporting_date, yot_code.
    """

    frame: pl.DataFrame
    ended: Array
    people: Array

    @property
    def services(self) -> int:
        """Number of services."""
        return int(self.ended.shape[0])


def make_returns(frame: pl.DataFrame, people: Array, quarters: int, rng: np.random.Generator) -> Returns:
    """Children whose order ended in each quarter by order, from the children aged 10 to 17 of each service."""
    rate = _ENDING * np.exp(rng.normal(0, 0.3, len(people)))
    mean = (people * rate)[:, None, None] * _SHARES[None, None, :] * np.ones((1, quarters, 1))
    return Returns(frame, rng.poisson(mean), people)


def _share(rng: np.random.Generator, services: int, mean: float, spread: float) -> Array:
    """One share a service, shaped to multiply service x quarter x order."""
    return np.clip(rng.normal(mean, spread, services), 0.05, 0.98)[:, None, None]


def _parted(rng: np.random.Generator, counts: Array, weights: Array) -> Array:
    """Counts dealt over a last axis by weight."""
    return rng.multinomial(counts, weights / weights.sum())


def accommodation(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 1. Where a child lives at the end, and whether it suits; lines where nobody lives are left out."""
    suits = _share(rng, returns.services, 0.86, 0.06)[..., None] * np.ones(len(t.ACCOMMODATION))
    suits[..., t.ACCOMMODATION.index("Temporary accomodation")] *= 0.5
    suits[..., -t.NEVER_SUITABLE :] = 0

    def at(moment_factor: float) -> tuple[Array, Array]:
        lives = _parted(rng, returns.ended, _LIVES)
        lives[:, :, t.CUSTODY] = _parted(rng, returns.ended[:, :, t.CUSTODY], _LIVES_AFTER_CUSTODY)
        yes = rng.binomial(lives, np.minimum(suits * moment_factor, 1))
        return yes, lives - yes

    (start_yes, start_no), (end_yes, end_no), (release_yes, release_no) = at(0.94), at(1.0), at(0.97)
    cells = {}
    for place, order in enumerate(t.ORDERS):
        cells[f"{order}_total"] = (end_yes + end_no)[:, :, place]
        cells |= {f"{order}_start_yes": start_yes[:, :, place], f"{order}_start_no": start_no[:, :, place]}
        if order == "cust":
            cells |= {"cust_release_yes": release_yes[:, :, place], "cust_release_no": release_no[:, :, place]}
        cells |= {f"{order}_end_yes": end_yes[:, :, place], f"{order}_end_no": end_no[:, :, place]}
    nobody = np.zeros_like(end_yes[:, :, 0])
    whole = {name: cells.get(name, nobody) for name in t.accommodation_columns()}
    returned = sum(whole.values()) > 0
    returned[..., t.ACCOMMODATION.index("Living with parent(s)")] = True
    return _table(returns, t.ACCOMMODATION, whole, returned=returned)


def education(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 2. Children of school age and above it, in suitable ETE, in any, by provision and hours.

    Every second service leaves provision and hours out, as services did in the first years of the template.
    """
    of_school_age = rng.binomial(returns.ended, 0.55)
    ended = np.stack([of_school_age, returns.ended - of_school_age], axis=-1)
    share = _share(rng, returns.services, 0.60, 0.09)[..., None]
    lines: dict[tuple[str, str], tuple[Array, Array]] = {(t.ETE_GROUP, t.ETE_ENDING): (ended, ended)}

    def both(moment: float) -> tuple[Array, Array]:
        suitable = rng.binomial(ended, share * moment)
        return suitable, suitable + rng.binomial(ended - suitable, 0.3)

    (suitable_start, in_start), (suitable_end, in_end) = both(0.9), both(1.0)
    part_start, part_end = rng.binomial(in_start, 0.45), rng.binomial(in_end, 0.45)
    lines |= {
        (t.ETE_GROUP, t.ETE_SUITABLE): (suitable_start, suitable_end),
        (t.ETE_GROUP, t.ETE_IN): (in_start, in_end),
        (t.ETE_GROUP, t.ETE_NOT_IN): (ended - in_start, ended - in_end),
        (t.ETE_GROUP, t.ETE_PART_TIME): (part_start, part_end),
        (t.ETE_GROUP, t.ETE_FULL_TIME): (in_start - part_start, in_end - part_end),
    }
    lines |= _provision(in_start, in_end, rng)
    for group, weights in ((t.ETE_GROUP_OFFERED, [25, 30, 45]), (t.ETE_GROUP_ATTENDED, [45, 30, 25])):
        start, end = (_parted(rng, counts, np.array(weights)) for counts in (in_start, in_end))
        for place, line in enumerate(t.ETE_HOURS):
            lines[group, line] = (start[..., place], end[..., place])

    starts, ends = (np.stack([pair[moment] for pair in lines.values()], axis=3) for moment in (0, 1))
    cells = {}
    for place, order in enumerate(t.ORDERS):
        for age, name in enumerate(("school", "above")):
            cells[f"{order}_{name}_total"] = ends[:, :, place, :, age]
            cells[f"{order}_{name}_start"] = starts[:, :, place, :, age]
            if order == "cust":
                cells[f"{order}_{name}_release"] = ends[:, :, place, :, age]
            cells[f"{order}_{name}_end"] = ends[:, :, place, :, age]
    names = [line for _, line in lines]
    groups = [group for group, _ in lines]
    returned = np.ones((*returns.ended.shape[:2], len(lines)), dtype=bool)
    returned[::2, :, [place for place, group in enumerate(groups) if group != t.ETE_GROUP]] = False
    return _table(returns, names, cells, groups, returned)


def _provision(in_start: Array, in_end: Array, rng: np.random.Generator) -> dict[tuple[str, str], tuple[Array, Array]]:
    """Children in ETE by provision: schools and pupil referral units at school age, the others above it."""
    lines: dict[tuple[str, str], tuple[Array, Array]] = {}
    for age, names in enumerate((t.ETE_PROVISION_AT_SCHOOL_AGE, t.ETE_PROVISION_ABOVE_IT)):
        of_age = np.arange(2) == age
        start, end = (_parted(rng, counts * of_age, _PROVISION[age]) for counts in (in_start, in_end))
        lines |= {
            (t.ETE_GROUP_PROVISION, line): (start[..., place], end[..., place]) for place, line in enumerate(names)
        }
    return lines


def special_needs(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 3. Children with identified needs, those with a plan, and those of them in suitable ETE."""
    identified = rng.binomial(returns.ended, _share(rng, returns.services, 0.46, 0.08))
    plan = rng.binomial(identified, _share(rng, returns.services, 0.70, 0.11))
    in_ete = rng.binomial(identified, 0.5)
    lines = (t.ORDER_ENDING, t.SEND_IDENTIFIED, t.SEND_PLAN, t.SEND_SUITABLE_ETE)
    counts = np.stack([returns.ended, identified, plan, in_ete], axis=-1)
    return _table(returns, lines, {order: counts[:, :, place] for place, order in enumerate(t.ORDERS)})


def mental_health(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 4."""
    return _need(
        returns, rng, (0.44, 0.77), t.ORDER_ENDING, t.MENTAL_HEALTH_NEED, t.MENTAL_HEALTH_BEFORE,
        t.MENTAL_HEALTH_OFFERED, t.MENTAL_HEALTH_ATTENDING,
    )  # fmt: skip


def substance_misuse(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 5."""
    return _need(
        returns, rng, (0.40, 0.81), t.SUBSTANCE_ENDING, t.SUBSTANCE_NEED, t.SUBSTANCE_BEFORE,
        t.SUBSTANCE_OFFERED, t.SUBSTANCE_ATTENDING,
    )  # fmt: skip


def _need(
    returns: Returns,
    rng: np.random.Generator,
    shares: tuple[float, float],
    ending: str,
    need_line: str,
    before_lines: Sequence[str],
    offered_lines: Sequence[str],
    attending_lines: Sequence[str],
) -> pl.DataFrame:
    """A need: treated before the order, or found in it and offered and attended help by kind."""
    in_need = rng.binomial(returns.ended, _share(rng, returns.services, shares[0], 0.08))
    treated = rng.binomial(in_need, 0.22)
    at_screening = rng.binomial(treated, 0.4)
    need = in_need - treated
    offered = rng.binomial(need, _share(rng, returns.services, shares[1], 0.09))
    by_kind = _parted(rng, offered, np.array([30, 40, 20, 10][: len(offered_lines)]))
    attending = rng.binomial(by_kind, 0.75)
    nobody = np.zeros_like(need)
    moments = {
        ending: (returns.ended, nobody, nobody),
        need_line: (need, rng.binomial(need, 0.8), need),
        before_lines[0]: (at_screening, at_screening, nobody),
        before_lines[1]: (treated - at_screening, treated - at_screening, nobody),
    }
    for lines, counts in ((offered_lines, by_kind), (attending_lines, attending)):
        moments |= {line: (counts[..., n], nobody, counts[..., n]) for n, line in enumerate(lines)}
    return _moments(returns, moments, "ns")


def _moments(returns: Returns, lines: dict[str, tuple[Array, Array, Array]], out_of_court: str) -> pl.DataFrame:
    """A template with total, start and end for each order."""
    stacked = [np.stack([line[moment] for line in lines.values()], axis=-1) for moment in range(3)]
    names = t.moment_columns(out_of_court)
    cells = {name: stacked[place % 3][:, :, place // 3] for place, name in enumerate(names)}
    return _table(returns, list(lines), cells)


def out_of_court(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 6. Disposals with an intervention that ended, by kind, completed or not."""
    without = _parted(rng, returns.ended[:, :, 0], np.array([60, 25, 10, 5]))
    ended = np.concatenate([without, returns.ended[:, :, 1:3]], axis=-1)
    completed = rng.binomial(ended, _share(rng, returns.services, 0.83, 0.07))
    lines = (t.ORDER_ENDING, t.DISPOSAL_COMPLETED, t.DISPOSAL_NOT_COMPLETED)
    counts = np.stack([ended, completed, ended - completed], axis=-1)
    return _table(returns, lines, {name: counts[:, :, n] for n, name in enumerate(t.DISPOSALS)})


def wider_services(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 7. A child with two statuses stands in two lines, so the lines may add up to more than the children."""
    nobody = np.zeros_like(returns.ended)
    lines = {t.ORDER_ENDING: (returns.ended, nobody, nobody)}
    for line, share in zip(t.WIDER_STATUSES, (0.13, 0.06, 0.17, 0.10), strict=True):
        end = rng.binomial(returns.ended, _share(rng, returns.services, share, 0.04))
        lines[line] = (end, rng.binomial(end, 0.7), end)
    before = rng.binomial(returns.ended, 0.12)
    referred = rng.binomial(returns.ended, 0.08)
    lines |= {
        t.WIDER_EARLY_HELP_BEFORE: (before, before, nobody),
        t.WIDER_EARLY_HELP_REFERRED: (referred, nobody, referred),
    }
    return _moments(returns, lines, "ws")


def board(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 8. Attendance by sector; a service that met twice in the quarter may count more than five."""
    quarters = returns.ended.shape[1]
    meetings = np.where(rng.random((returns.services, quarters)) < 0.08, 2, 1)[..., None]
    meetings = meetings * np.ones(len(t.BOARD_SECTORS), dtype=int)
    senior = rng.binomial(meetings, _share(rng, returns.services, 0.80, 0.12))
    delegated = rng.binomial(meetings - senior, 0.7)
    new = rng.binomial(senior, 0.1)
    attended = np.stack([senior, delegated, new], axis=-1)
    absent = np.stack([meetings - senior, meetings - senior - delegated, np.zeros_like(senior)], axis=-1)
    cells: dict[str, Array] = {}
    for place, sector in enumerate(t.BOARD_SECTORS):
        cells |= {f"senior_{sector}_attended": attended[:, :, place], f"senior_{sector}_not": absent[:, :, place]}
    lines = (t.BOARD_SENIOR, t.BOARD_DELEGATED, t.BOARD_NEW)
    return _table(returns, lines, cells)


def serious_violence(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 9. Proven serious violence offences by kind and age."""
    rate = 1.2e-4 * np.exp(rng.normal(0, 0.4, returns.services)) * returns.people
    weights = np.array([[0.10, 0.12], [0.16, 0.20], [0.20, 0.22]])
    quarters = returns.ended.shape[1]
    counts = rng.poisson(rate[:, None, None, None] * weights * np.ones((1, quarters, 1, 1)))
    cells = {name: counts[..., place] for place, name in enumerate(t.VIOLENCE_AGES)}
    return _table(returns, t.VIOLENCE, cells)


def victims(returns: Returns, rng: np.random.Generator) -> pl.DataFrame:
    """KPI 10. Victims, who of them may be contacted, and who engaged in restorative justice."""
    children = returns.ended.sum(axis=2)

    def of(counts: Array, mean: float, spread: float) -> Array:
        return rng.binomial(counts, _share(rng, returns.services, mean, spread)[:, :, 0])

    with_victim = of(children, 0.7, 0.08)
    total = with_victim + rng.poisson(with_victim * 0.3)
    consented = of(total, 0.62, 0.1)
    asked_progress, asked_support = of(total, 0.4, 0.1), of(total, 0.25, 0.08)
    lines = {
        t.VICTIMS_CHILDREN: with_victim,
        t.VICTIMS_ENGAGED: of(consented, 0.5, 0.13),
        t.VICTIMS_TOTAL: total,
        t.VICTIMS_VIEW: of(total, 0.7, 0.12),
        t.VICTIMS_ASKED_PROGRESS: asked_progress,
        t.VICTIMS_GIVEN_PROGRESS: of(asked_progress, 0.9, 0.05),
        t.VICTIMS_ASKED_SUPPORT: asked_support,
        t.VICTIMS_GIVEN_SUPPORT: of(asked_support, 0.9, 0.05),
        t.VICTIMS_CONSENTED: consented,
    }
    return _table(returns, list(lines), {"total": np.stack(list(lines.values()), axis=-1)})


def _table(
    returns: Returns,
    lines: Sequence[str],
    cells: dict[str, Array],
    groups: Sequence[str] | None = None,
    returned: Array | None = None,
) -> pl.DataFrame:
    """Service x quarter x line cells as rows of the template; `returned` (of that shape) says which lines came."""
    times = returns.frame.height
    described = {"description": pl.Series(list(lines) * times)}
    if groups:
        described[t.GROUP] = pl.Series(list(groups) * times)
    keys = returns.frame.select(pl.all().repeat_by(len(lines)).explode()).with_columns(**described)
    counts = pl.DataFrame({name: np.ascontiguousarray(counts).reshape(-1) for name, counts in cells.items()})
    whole = pl.concat([keys, counts], how="horizontal").with_columns(note=pl.lit(FICTIONAL))
    return whole if returned is None else whole.filter(pl.Series(returned.reshape(-1)))
