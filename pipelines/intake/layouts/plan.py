"""What a dataset's measures come to over the columns of one table: which columns make which number.

Decided once a table, however many pieces it is read in.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.intake.columns import Roles, parts_of, roles_of
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset, Measure

SPEC = {
    "spec": pl.UInt32,
    "name": pl.String,
    "column": pl.String,
    "declared_period_type": pl.String,
    "indicator_id": pl.String,
    "definition_version": pl.String,
    "breakdown_id": pl.String,
    "unit": pl.String,
    "measure": pl.String,
    "base": pl.Float64,
    "minimum": pl.Float64,
    "maximum": pl.Float64,
    "typical_minimum": pl.Float64,
    "typical_maximum": pl.Float64,
    "bounded": pl.Boolean,
}
"""A measure as columns. `bounded` says that its numerator may not exceed its denominator."""


@dataclass(frozen=True)
class Group:
    """Measures that are made of the same columns: one in a wide table, every name of a long one."""

    value: tuple[str, ...]
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    categories: dict[str, float]
    specs: tuple[int, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of every part, each once."""
        return tuple(dict.fromkeys((*self.value, *self.numerator, *self.denominator)))


@dataclass(frozen=True)
class Plan:
    """The roles of a table's columns, its measures as columns (SPEC), and the groups they fall into."""

    dataset: Dataset
    columns: tuple[str, ...]
    roles: Roles
    specs: pl.DataFrame
    groups: tuple[Group, ...]

    @property
    def names(self) -> list[str]:
        """Names that say which measure a row is, in a long table."""
        return self.specs["name"].drop_nulls().unique(maintain_order=True).to_list()


def plan_of(
    dataset: Dataset, columns: tuple[str, ...], catalogue: Catalogue, first_spec: int = 0, made: tuple[str, ...] = ()
) -> Plan:
    """The plan of a wide or long table.

    Args:
        dataset: What the table is.
        columns: Its columns.
        catalogue: What is declared.
        first_spec: Number of the first measure.
        made: Columns that stand in no file: made out of its header.
    """
    assert dataset.period is not None
    groups: dict[tuple[object, ...], Group] = {}
    rows: list[tuple[object, ...]] = []
    for measure in dataset.measures:
        value, numerator, denominator = (tuple(part) for part in parts_of(dataset, measure, columns))
        if not value and not numerator:
            continue
        spec = first_spec + len(rows)
        rows.append(_spec(spec, measure, value or numerator, dataset, catalogue))
        key = (value, numerator, denominator, tuple(measure.categories.items()), dataset.layout == "long" or spec)
        known = groups.get(key)
        specs = (*known.specs, spec) if known else (spec,)
        groups[key] = Group(value, numerator, denominator, measure.categories, specs)
    frame = pl.DataFrame(rows, schema=SPEC, orient="row")
    own = tuple(column for column in columns if column not in made)
    return Plan(dataset, columns, roles_of(dataset, own), frame, tuple(groups.values()))


def _spec(
    number: int, measure: Measure, columns: tuple[str, ...], dataset: Dataset, catalogue: Catalogue
) -> tuple[object, ...]:
    assert dataset.period is not None
    definition = catalogue.definition(measure)
    bounds = definition.bounds
    return (
        number, measure.name, " + ".join(columns),
        measure.period_type or dataset.period.type or definition.period_type,
        measure.indicator, measure.definition_version, measure.breakdown, definition.unit, definition.measure,
        catalogue.units[definition.unit].base, bounds.minimum, bounds.maximum,
        bounds.typical_minimum, bounds.typical_maximum,
        definition.measure == "proportion" and definition.may_exceed_base is None,
    )  # fmt: skip
