"""Ratings by structural model: how many services have each, within one version of the framework; never averaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.language import _
from reports.measured import Measured
from reports.numbers import count, share
from reports.periods import day
from reports.release import Row
from reports.tables import Column, table

if TYPE_CHECKING:
    from reports.contents import Contents


def tables(contents: Contents, indicator_id: str, measured: Measured) -> list[Markup | str]:
    """A table for each framework version and typology, or the reason why there is none."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in measured.ratings.get(indicator_id, []):
        found.setdefault((row["definition_version"], row["typology_id"]), []).append(row)
    return [_table(contents, version, typology, rows) for (version, typology), rows in found.items()]


def _table(contents: Contents, version: str, typology: str, rows: list[Row]) -> Markup | str:
    title = contents.register.short_title(typology)
    shown = [row for row in rows if row["is_shown"] and row["services"] is not None]
    if not shown:
        reason = next((row["refusal_reason"] for row in rows if row["refusal_reason"]), _("no service is rated"))
        return _("{typology}, framework {version}: no distribution is shown: {reason}.").format(
            typology=title, version=version, reason=str(reason).rstrip(". ")
        )
    ratings = sorted({row["rating"] for row in shown}, key=_order)
    models = {model["model_id"]: model["label"] for model in contents.register.models.get(typology, [])}
    by_model: dict[str, dict[object, Row]] = {}
    for row in rows:
        by_model.setdefault(row["model_id"], {})[row["rating"]] = row
    first = min(row["first_rated"] for row in shown)
    last = max(row["last_rated"] for row in shown)
    used = shown[0].get("services_used") or sum(next(iter(of.values()))["services_rated"] for of in by_model.values())
    cells = []
    for model in sorted(by_model, key=lambda model: list(models).index(model) if model in models else len(models)):
        of = by_model[model]
        rated = next(iter(of.values()))["services_rated"]
        line: list[object] = [models.get(model, model), count(rated)]
        for rating in ratings:
            held = of.get(rating)
            if held is not None and held["services"] is None:
                line.append(_("not shown"))
            else:
                line.append(count(held["services"]) if held else "0")
        cells.append(line)
    columns = [Column(_("Structural model")), Column(_("Services rated"), is_numeric=True)]
    columns += [Column(_("Rating {rating}").format(rating=rating), is_numeric=True) for rating in ratings]
    caption = _("{typology}: services by rating, framework {version}, rated {first} to {last}; {used} used").format(
        typology=title,
        version=version,
        first=day(first),
        last=day(last),
        used=share(used, shown[0]["services_in_scope"], _("services in scope")),
    )
    return table(caption, columns, cells)


def _order(rating: object) -> tuple[int, str]:
    words = str(rating)
    return (int(words) if words.lstrip("-").isdigit() else 0, words)
