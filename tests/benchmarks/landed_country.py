"""A warehouse folder of any size, as if years of deliveries had come: landed Parquet and the ledger's lines.

The registers are those of the fictional country, received as a user would load them. The figures are made by DuckDB
from hashes, the same every time: three tenths are template returns of every service in force, seven tenths a topic of
tidy data for authorities, regions and the country. Services, areas, quarters and indicators are those of the country at
every size; what grows is the number of ways in which each figure is broken down. One return in fifty is delivered
again, changed.

    python -m tests.benchmarks.landed_country FOLDER --rows 1000000
    python -m tests.benchmarks.landed_country FOLDER --rows 1000000 --add quarter         one more, on top of those
    python -m tests.benchmarks.landed_country FOLDER --rows 1000000 --add corrections     then those of the year before

FOLDER/landing and FOLDER/warehouse are what `dovetail build --landing … --warehouse …` takes.
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import product
from pathlib import Path

import duckdb
import polars as pl

from pipelines.deliveries import judged_with, receive
from pipelines.landing.hashes import put_in_place
from pipelines.landing.write import ROW_GROUP
from pipelines.landing_folder import landing_files
from pipelines.ledger.store import Ledger
from pipelines.sample.country import found_country
from pipelines.sample.delivery import deliver
from pipelines.sample.extracts import registers_of
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue, load_catalogue
from sources.models.indicator import Definition
from sources.shapes import schema

QUARTERS = 40
LAST = date(2024, 10, 1)
SHARE_OF_RETURNS = 0.3
TOPIC = "dfe__tidy_data"
TOPIC_NAME = "fictional_context"
TOPIC_INDICATORS = 20
LEARNT_REGISTERS = datetime(2025, 5, 1, 9)
DAYS_TO_RETURN, DAYS_TO_CORRECT = 60, 240

_ORDERS = ("out_of_court", "youth_caution", "conditional_caution", "referral", "rehabilitation", "custody")
_CROSSED = (
    ("order", _ORDERS), ("sex", ("Female", "Male")), ("age", ("10 to 14", "15 to 17")),
    ("ethnicity", tuple(f"Group {number}" for number in range(1, 20))),
    ("offence", tuple(f"Kind {number}" for number in range(1, 21))),
)  # fmt: skip
_CHARACTERISTICS = (
    ("characteristic", tuple(f"Item {number}" for number in range(1, 26))),
    ("school_type", tuple(f"Type {number}" for number in range(1, 9))),
    ("sex", ("Female", "Male")), ("year_group", tuple(f"Year {number}" for number in range(1, 14))),
)  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """A delivery to be made up: which rows of its dataset and quarters, and when it came."""

    source_id: str
    first: date
    last: date
    came: datetime
    is_correction: bool


def make(folder: Path, rows: int) -> Workspace:
    """Make the warehouse folder with all its deliveries; `rows` are those of all QUARTERS, as they come first."""
    catalogue = load_catalogue()
    workspace = Workspace(folder / "landing", folder / "warehouse")
    workspace.landing.mkdir(parents=True)
    for extract in registers_of(found_country(), 2024):
        deliver(extract, workspace.landing)
    receive(landing_files(workspace.landing), workspace, catalogue, now=LEARNT_REGISTERS)
    add(workspace, catalogue, rows, _starts(QUARTERS))
    return workspace


def add_quarter(folder: Path, rows: int) -> Workspace:
    """The returns of the quarter after the last that the folder has."""
    workspace, last = _as_it_is(folder)
    add(workspace, load_catalogue(), rows, [_end(last) + timedelta(days=1)], (False,))
    return workspace


def add_corrections(folder: Path, rows: int) -> Workspace:
    """The corrections of the year whose last quarter is the last that the folder has."""
    workspace, last = _as_it_is(folder)
    add(workspace, load_catalogue(), rows, [last], (True,))
    return workspace


def _as_it_is(folder: Path) -> tuple[Workspace, date]:
    """What was made before, and the first day of its last quarter."""
    workspace = Workspace(folder / "landing", folder / "warehouse")
    known = Ledger(workspace.ledger).deliveries()["period_end"].max()
    assert isinstance(known, date), "the folder holds no returns"
    return workspace, known.replace(month=known.month - 2, day=1)


def add(
    workspace: Workspace,
    catalogue: Catalogue,
    rows: int,
    starts: list[date],
    corrections: tuple[bool, ...] = (False, True),
) -> None:
    """Land the deliveries of these quarters (returns, corrections or both), in the order in which they came."""
    ledger = Ledger(workspace.ledger)
    against = judged_with(catalogue, workspace)
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        _prepare(connection, workspace, catalogue, rows)
        sources = [row[0] for row in connection.execute("select distinct source_id from combos order by 1").fetchall()]
        number = int(ledger.next_id()[1:])
        chosen = [delivery for delivery in _deliveries(sources, starts) if delivery.is_correction in corrections]
        for delivery in sorted(chosen, key=lambda d: (d.came, d.source_id, d.is_correction)):
            delivery_id = f"D{number:06d}"
            landed = _land(connection, workspace, delivery, delivery_id)
            if landed:
                if delivery.source_id == TOPIC:
                    landed += _topic_indicators(workspace, delivery, delivery_id)
                ledger.record(_line(delivery, delivery_id, landed, against))
                number += 1


def _deliveries(sources: list[str], starts: list[date]) -> Iterator[Delivery]:
    """A return a dataset and quarter; corrections of a year come with what its last quarter brings."""
    for start in starts:
        came = datetime.combine(_end(start) + timedelta(days=DAYS_TO_RETURN), datetime.min.time()).replace(hour=9)
        for source_id in sources:
            yield Delivery(source_id, start, start, came, False)
            if start.month == 1:
                later = came + timedelta(days=DAYS_TO_CORRECT - DAYS_TO_RETURN)
                first = max(_starts(1)[0], start.replace(year=start.year - 1, month=4))
                yield Delivery(source_id, first, start, later, True)


def _starts(quarters: int) -> list[date]:
    months = LAST.year * 12 + LAST.month - 1 - 3 * (QUARTERS - 1)
    return [date((months + 3 * n) // 12, (months + 3 * n) % 12 + 1, 1) for n in range(quarters)]


def _end(start: date) -> date:
    year, month = divmod(start.year * 12 + start.month + 2, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def _prepare(connection: duckdb.DuckDBPyConnection, workspace: Workspace, catalogue: Catalogue, rows: int) -> None:
    """Tables `places` (who reports) and `combos` (what of), and the macro that draws a number from a text."""
    landed = workspace.landed.as_posix()
    connection.execute(f"""
        create table places as
        select 'youth_justice_service' as area_type, service_id as area_code, service_name as area_name,
            valid_from, coalesce(valid_to, date '9999-12-31') as valid_to
        from read_parquet('{landed}/service_memberships/*/D*.parquet')
        union
        select area_type, area_code, any_value(area_name order by source_id),
            min(coalesce(valid_from, date '1974-04-01')), max(coalesce(valid_to, date '9999-12-31'))
        from read_parquet('{landed}/authorities/*/D*.parquet')
        where nation = 'England' or area_type = 'country'
        group by area_type, area_code
    """)
    (services, areas) = connection.execute(
        "select count(distinct area_code) filter (where area_type = 'youth_justice_service'),"
        " count(*) filter (where area_type <> 'youth_justice_service' and valid_to > date '2025-01-01') from places"
    ).fetchall()[0]
    wanted = rows / QUARTERS
    combos = [
        *_of_returns(catalogue, round(wanted * SHARE_OF_RETURNS / services)),
        *_of_topic(round(wanted * (1 - SHARE_OF_RETURNS) / areas)),
    ]
    names = ("source_id", "indicator_id", "version", "breakdown_id", "unit", "measure", "line", "at_services")
    frame = pl.DataFrame(combos, schema=names, orient="row")
    connection.register("drawn", frame.to_arrow())
    connection.execute("create table combos as select * from drawn")
    connection.unregister("drawn")
    connection.execute("create macro draw(said, below) as (hash(said) % below)::bigint")


def _of_returns(catalogue: Catalogue, count: int) -> list[tuple[object, ...]]:
    """Figures of the KPI templates: each as a whole first, then broken down ever more finely."""
    wholes: dict[tuple[str, str, str], Definition] = {}
    for dataset in catalogue.datasets.values():
        if dataset.id.startswith("yjb__kpi_") and dataset.layout == "template":
            for measure in dataset.measures:
                definition = catalogue.definition(measure)
                if definition.unit in ("percent", "children", "offences", "persons"):
                    wholes[dataset.id, measure.indicator, definition.version] = definition
    found: list[tuple[object, ...]] = []
    for breakdown in ("all", *_breakdowns(_CROSSED)):
        for line, ((source_id, indicator, version), definition) in enumerate(wholes.items()):
            if len(found) == count:
                return found
            found.append((source_id, indicator, version, breakdown, definition.unit, definition.measure, line, True))
    raise ValueError(f"no more than {len(found):,} figures can be told apart")


def _of_topic(count: int) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for breakdown in ("all", *_breakdowns(_CHARACTERISTICS)):
        for number in range(TOPIC_INDICATORS):
            if len(found) == count:
                return found
            unit, measure = ("percent", "proportion") if number % 2 else ("number", "count")
            indicator = f"tidy_{TOPIC_NAME}_measure_{number}"
            found.append((TOPIC, indicator, "as_published", breakdown, unit, measure, number, False))
    raise ValueError(f"no more than {len(found):,} figures can be told apart")


def _breakdowns(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    """`column=item; column=item` as tidy data are broken down: one column, then two, then more."""
    choices = [["", *(f"{name}={item}" for item in items)] for name, items in columns]
    crossed = ["; ".join(filter(None, chosen)) for chosen in product(*choices)]
    return iter(sorted(filter(None, crossed), key=lambda text: (text.count(";"), text)))


_ROWS = """
with cells as (
    select
        combos.*, places.area_type, places.area_code, places.area_name, quarters.start, quarters.finish,
        concat_ws('|', combos.indicator_id, combos.version, combos.breakdown_id, places.area_code, quarters.start)
            as cell,
        concat_ws('|', combos.source_id, combos.breakdown_id, places.area_code, quarters.start) as base,
        concat_ws('|', combos.source_id, places.area_code, quarters.start) as answer
    from (select unnest(generate_series({first}, {last}, interval 3 month))::date as start,
        (start + interval 3 month - interval 1 day)::date as finish) as quarters
    inner join places
        on places.valid_from <= quarters.start and places.valid_to >= quarters.finish
    inner join combos
        on combos.at_services = (places.area_type = 'youth_justice_service')
    where combos.source_id = {source}
),
said as (
    select
        *,
        case month(start) when 1 then 4 when 4 then 1 when 7 then 2 else 3 end as quarter,
        -- One return in a hundred never came.
        draw(answer || '|came', 100) = 0 as is_missing,
        draw(answer || '|again', 50) = 0 as is_corrected,
        case when breakdown_id = 'all' then 6 + draw(base, 90) else draw(base, 40) end as whole,
        draw(cell, 1000) as dice,
        draw(cell || '|part', 1000) / 999.0 as part
    from cells
),
counted as (
    select
        *,
        case when at_services then whole end as denominator,
        case
            when at_services
                then round(whole * (0.35 + 0.6 * part)) - {change} * (whole > 8 and draw(cell, 4) = 0)::int
        end as numerator,
        case
            when at_services and measure <> 'count' and whole = 0 then 'z'
            when at_services then null
            when dice < 20 then 'c'
            when dice < 25 then 'z'
            when dice < 35 then 'low'
            when dice >= 995 then 'e'
        end as value_marker
    from said
    where not is_missing and {which}
)
select
    md5(concat_ws('|', cell, source_id, '{delivery_id}')) as observation_id,
    indicator_id,
    case when at_services then version else version || '_financial_year_q' || quarter end as definition_version,
    area_type, area_code, area_name as area_name_as_published,
    start as period_start, finish as period_end,
    case when at_services then strftime(finish, '%Y-%m-%d')
        else (year(start) - (quarter = 4)::int) || right(((year(start) - (quarter = 4)::int) + 1)::varchar, 2) end
        as period_label,
    case when at_services then 'financial_quarter' else 'financial_year_q' || quarter end as period_type,
    breakdown_id,
    numerator::double as numerator,
    case when measure <> 'count' then denominator::double end as denominator,
    case
        when value_marker in ('c', 'z', 'low') then null
        when at_services and measure = 'count' then numerator
        when at_services then 100.0 * numerator / denominator
        when measure = 'count' then 5 + draw(cell || '|value', 4000)
        else round(100 * part, 1) * (1 - {change} * 0.01)
    end::double as value,
    unit, value_marker, source_id, '{delivery_id}' as delivery_id, null::varchar as sheet,
    2 + row_number() over (order by area_code, start, line, breakdown_id) as "row",
    indicator_id as "column",
    {came}::timestamp as published_at, {came}::timestamp as recorded_at, null::timestamp as superseded_at
from counted
"""


def _land(connection: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Delivery, delivery_id: str) -> int:
    path = workspace.landed / "observations" / delivery.source_id / f"{delivery_id}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    rows = _ROWS.format(
        first=f"date '{delivery.first}'", last=f"date '{delivery.last}'", source=f"'{delivery.source_id}'",
        change=int(delivery.is_correction), which="is_corrected" if delivery.is_correction else "true",
        delivery_id=delivery_id, came=f"timestamp '{delivery.came}'",
    )  # fmt: skip
    columns = ", ".join(f'"{name}"' for name in schema("observations").names())
    landed = connection.execute(
        f"copy (select {columns} from ({rows})) to '{partial.as_posix()}'"
        f" (format parquet, compression zstd, compression_level 1, row_group_size {ROW_GROUP})"
    ).fetchall()[0][0]
    if landed:
        put_in_place(partial, path)
    else:
        partial.unlink()
    return int(landed)


def _line(delivery: Delivery, delivery_id: str, rows: int, against: str) -> dict[str, object]:
    kind = "corrections" if delivery.is_correction else "returns"
    name = f"FICTIONAL_{delivery.source_id}_{kind}_{delivery.last}.csv"
    return {
        "delivery_id": delivery_id, "file_name": name, "sha256": sha256(f"{delivery_id} {name}".encode()).hexdigest(),
        "size_bytes": rows * 60, "source_id": delivery.source_id, "recognised_by": "signature", "verdict": "accepted",
        "period_start": delivery.first, "period_end": _end(delivery.last), "areas": 150, "rows_read": rows,
        "cells_in": rows, "cells_landed": rows, "cells_quarantined": 0, "cells_out_of_scope": 0, "rows_landed": rows,
        "published_at": delivery.came, "recorded_at": delivery.came, "judged_with": against,
    }  # fmt: skip


def _topic_indicators(workspace: Workspace, delivery: Delivery, delivery_id: str) -> int:
    """What the metadata file beside a topic's data says of its columns; returns the number of rows."""
    quarters = {_quarter(start) for start in _starts(QUARTERS + 40) if delivery.first <= start <= delivery.last}
    rows = [
        (f"tidy_{TOPIC_NAME}_measure_{number}", f"as_published_financial_year_q{quarter}", TOPIC_NAME,
         f"measure_{number}", f"Measure {number} of the fictional topic",
         *(("percent", "proportion") if number % 2 else ("number", "count")), f"financial_year_q{quarter}", TOPIC,
         delivery_id, delivery.came, delivery.came)
        for number in range(TOPIC_INDICATORS)
        for quarter in sorted(quarters)
    ]  # fmt: skip
    path = workspace.landed / "topic_indicators" / TOPIC / f"{delivery_id}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    pl.DataFrame(rows, schema=schema("topic_indicators"), orient="row").write_parquet(partial)
    put_in_place(partial, path)
    return len(rows)


def _quarter(start: date) -> int:
    """The quarter of the financial year."""
    return {4: 1, 7: 2, 10: 3, 1: 4}[start.month]


MORE = {"quarter": add_quarter, "corrections": add_corrections}


def main() -> None:
    """Make a folder, or add to one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of all 40 quarters, without corrections")
    parser.add_argument("--add", choices=MORE)
    said = parser.parse_args()
    MORE.get(said.add, make)(said.folder, said.rows)


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    main()
