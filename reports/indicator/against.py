"""How a place stands against its benchmarks and over time, in words; a judgement only where a polarity is declared."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup, escape

from reports.claim_levels import EachTested, say
from reports.definitions import Definition
from reports.language import _
from reports.measured import Measured
from reports.numbers import count, several, within_sentence
from reports.observations import Series
from reports.periods import day
from reports.release import Row
from reports.tables import lines


def benchmark_cell(rows: list[Row], polarity: str) -> Markup | str:
    """A line for each benchmark: lower, similar or higher, and whether that is what the indicator asks for."""
    if not rows:
        return _("no benchmark")
    said = []
    for row in rows:
        name = short_name(row)
        result = row["result"]
        if result == "not_compared":
            said.append(escape(_("{name}: not compared").format(name=name)))
            continue
        words = {"lower": _("lower"), "higher": _("higher"), "similar": _("similar")}.get(result, result)
        line = escape(f"{name}: {words}")
        if row["judgement"] and polarity in ("high", "low"):
            judged = {"better": _("better"), "worse": _("worse")}[row["judgement"]]
            line += Markup(' <span data-polarity="{}">({})</span>').format(polarity, judged)
        said.append(line)
    if all(row["result"] == "not_compared" for row in rows):
        return lines(_("not compared"), within_sentence(rows[0]["reason"] or ""))
    return lines(*said)


def short_name(row: Row) -> str:
    """A benchmark in a word or two, as a column of many rows needs it."""
    match row["benchmark"]:
        case "england":
            return _("England")
        case "wales":
            return _("Wales")
        case "family":
            return _("Same class")
        case "neighbours":
            return _("Neighbours")
    return str(row["benchmark_label"])


def trend_cell(row: Row | None, polarity: str) -> Markup | str:
    """The trend word of a place, with its judgement where one is declared, or why there is none."""
    if row is None:
        return _("not tested")
    words = word(row["trend"])
    if row["trend"] == "cannot_be_calculated":
        return lines(words, within_sentence(row["reason"] or ""))
    if row["judgement"] and polarity in ("high", "low"):
        judged = {"better": _("getting better"), "worse": _("getting worse")}[row["judgement"]]
        return Markup('{}<span class="dv-second" data-polarity="{}">{}</span>').format(words, polarity, judged)
    return words


def word(trend: str) -> str:
    """The words of a trend."""
    known = {
        "increasing": _("Increasing"),
        "decreasing": _("Decreasing"),
        "no_significant_change": _("No significant change"),
        "cannot_be_calculated": _("Cannot be calculated"),
        "signal": _("Signal in the control chart"),
        "no_signal": _("No signal in the control chart"),
    }
    return known.get(trend, trend.replace("_", " "))


def notes(series: Series, definition: Definition, measured: Measured) -> list[str]:
    """What the benchmarks of a table are: their values, members and editions, once for all rows."""
    by_benchmark: dict[tuple[str, str], list[Row]] = {}
    for row in series.rows:
        for found in measured.benchmarks.get(row["observation_id"], []):
            by_benchmark.setdefault((found["benchmark"], short_name(found)), []).append(found)
    said = []
    if by_benchmark:
        said.append(
            _(
                "Lower and higher mean that the whole 95% interval of a place lies below or above the value of the "
                "benchmark; similar, that the interval contains it."
            )
        )
    part_of = sorted(
        {name for (_kind, name), rows in by_benchmark.items() if any(row["includes_area"] for row in rows)}
    )
    if part_of:
        said.append(_("A place is itself part of: {names}.").format(names=", ".join(part_of)))
    values = {
        name: {row["benchmark_value"] for row in rows if row["benchmark_value"] is not None}
        for (_kind, name), rows in by_benchmark.items()
    }
    shared = [f"{name} {definition.plain(next(iter(held)))}" for name, held in values.items() if len(held) == 1]
    if shared:
        said.append(_("Values of benchmarks: {values}.").format(values=", ".join(shared)))
    for (kind, name), rows in by_benchmark.items():
        if kind not in ("family", "neighbours"):
            continue
        incomplete = [row for row in rows if row["n_expected"] and row["n_contributing"] != row["n_expected"]]
        vintages = sorted({row["vintage"] for row in rows if row["vintage"]})
        edition = _(", edition of {day}").format(day=day(vintages[-1])) if vintages else ""
        said.append(
            _("{name}{edition}: the median of their values; {short} of {whole} lack members without a value.").format(
                name=name, edition=edition, short=count(len(incomplete)), whole=several(len(rows), _("place"))
            )
        )
    return said


def headline(series: Series, definition: Definition, measured: Measured) -> list[str]:
    """Sentences about how many places stand where: trends first, then the first benchmark that most have."""
    said = []
    trends = [
        found
        for row in series.rows
        if (found := measured.trend(row["area_type"], row["area_code"], *definition.key)) is not None
    ]
    words = Counter(row["trend"] for row in trends)
    tested = words["increasing"] + words["decreasing"] + words["no_significant_change"]
    if tested:
        said.append(
            say(
                "trends_of_places",
                EachTested(tested),
                title=definition.title,
                decreasing=count(words["decreasing"]),
                increasing=count(words["increasing"]),
                tested=several(tested, _("place")),
                rule=_("five-point trend"),
            )
        )
    of_first: dict[str, Counter[str]] = {}
    for row in series.rows:
        for found in measured.benchmarks.get(row["observation_id"], []):
            of_first.setdefault(short_name(found), Counter())[found["result"]] += 1
    in_full = {
        _("Same class"): _("the median of places of the same class of authority"),
        _("Neighbours"): _("the median of their statistical neighbours"),
    }
    for name, results in of_first.items():
        compared = results["higher"] + results["lower"] + results["similar"]
        if compared:
            said.append(
                say(
                    "places_against",
                    EachTested(compared),
                    tested=several(compared, _("place")),
                    benchmark=in_full.get(name, name),
                    higher=count(results["higher"]),
                    lower=count(results["lower"]),
                    similar=count(results["similar"]),
                )
            )
            break
    return said
