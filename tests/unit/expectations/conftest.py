"""Two small good warehouses, made once: one that was landed, one that was built. Tests copy them and break the copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.shapes import LANDED
from sources.shapes import schema

RECORDED = datetime(2026, 1, 5, 9)


def shaped(shape: str, rows: list[dict]) -> pl.DataFrame:
    """A frame with every column of a shape; what a row leaves out is null."""
    return pl.DataFrame([dict.fromkeys(schema(shape)) | row for row in rows], schema=schema(shape))


def write(frame: pl.DataFrame, *path: str | Path) -> None:
    file = Path(*path)
    file.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(file)


# ---------------------------------------------------------------------------------------------------- the catalogue


def write_catalogue(warehouse: Path) -> None:
    def definition(indicator, measure, unit, base, period_type, least=0.0, most=None):
        return {
            "indicator_id": indicator, "definition_version": "1", "measure": measure, "unit": unit, "unit_base": base,
            "decimals": 1, "period_type": period_type, "value_minimum": least, "value_maximum": most,
        }  # fmt: skip

    average = "december_february_average"
    frames = {
        "indicators": [
            definition("first_time_entrants", "rate", "per_100000", 100_000.0, "calendar_year"),
            definition("population", "count", "persons", None, "calendar_year"),
            definition("neet", "proportion", "percent", 100.0, average, most=100.0),
            definition("activity_not_known", "proportion", "percent", 100.0, average, most=100.0),
            definition("neet_or_not_known", "proportion", "percent", 100.0, average, most=100.0),
        ],
        "area_types": [
            {"area_type": "country", "area_level": 1},
            {"area_type": "authority", "area_level": 4},
            {"area_type": "youth_justice_service", "area_level": 4},
        ],
        "markers": [
            {"value_marker": "c", "replaces_value": True, "disclosure_status": "c"},
            {"value_marker": "p", "replaces_value": False, "disclosure_status": None},
        ],
        "datasets": [
            {"source_id": "made__figures", "shape": "observations"},
            {"source_id": "made__register", "shape": "authorities"},
            {"source_id": "made__decisions", "shape": "decisions"},
        ],
        "identities": [
            {
                "identity_id": "neet_or_not_known", "total_indicator_id": "neet_or_not_known",
                "total_definition_version": "1", "part_indicator_id": part, "part_definition_version": "1",
                "tolerance": 0.15,
            }
            for part in ("neet", "activity_not_known")
        ],
        "gap_kinds": [
            {"kind": "U1", "sets_field": "attribution_status", "sets_value": "shared", "is_blocking": True},
            {"kind": "E1", "sets_field": "attribution_status", "sets_value": "unassigned", "is_blocking": True},
            {"kind": "S8", "sets_field": "attribution_status", "sets_value": "attributable_with_caveat",
             "is_blocking": False},
            {"kind": "M1", "sets_field": "comparability_status", "sets_value": "break", "is_blocking": False},
            {"kind": "Z1", "sets_field": "disclosure_status", "sets_value": "c", "is_blocking": False},
            {"kind": "Z2", "sets_field": "none", "sets_value": None, "is_blocking": False},
        ],
        "typologies": [
            {"typology_id": "today", "valid_from": date(2011, 4, 1), "valid_to": None, "nations": "England|Wales",
             "is_attributed": True},
            {"typology_id": "once", "valid_from": date(2004, 4, 1), "valid_to": date(2011, 3, 31),
             "nations": "England", "is_attributed": True},
            # Of a scheme that describes services and no number nothing is asked.
            {"typology_id": "aside", "valid_from": date(2011, 4, 1), "valid_to": None, "nations": "England|Wales",
             "is_attributed": False},
        ],
        "settings": [
            {"release_id": "2026.2", "coverage_minimum": 0.7, "group_minimum": 2, "is_caveat_used": False},
        ],
    }  # fmt: skip
    for name, rows in frames.items():
        write(pl.DataFrame(rows, infer_schema_length=None), warehouse, "catalogue", f"{name}.parquet")


# ---------------------------------------------------------------------------------------------------- landed


def _observation(indicator, area, value, **others):
    is_rate = indicator == "first_time_entrants"
    period = (date(2020, 1, 1), date(2020, 12, 31)) if is_rate else (date(2019, 12, 1), date(2020, 2, 29))
    return {
        "observation_id": f"{indicator} {area}", "indicator_id": indicator, "definition_version": "1",
        "area_type": "country" if area == "E92" else "authority", "area_code": area, "period_label": "2020",
        "period_start": period[0], "period_end": period[1], "breakdown_id": "all", "value": value,
        "period_type": "calendar_year" if is_rate else "december_february_average",
        "unit": "per_100000" if is_rate else "percent", "source_id": "made__figures", "delivery_id": "D1",
        "sheet": "Table 1", "column": "Rate", "recorded_at": RECORDED,
    } | others  # fmt: skip


def _figures() -> list[dict]:
    """25 authorities and their country (rates of 101 to 125), one of them suppressed; and NEET in three."""
    rows = [
        _observation("first_time_entrants", f"E{number:02}", 100.0 + number,
                     numerator=100.0 + number, denominator=100_000.0)
        for number in range(1, 26)
    ]  # fmt: skip
    rows.append(_observation("first_time_entrants", "E26", None, value_marker="c"))
    rows.append(_observation("first_time_entrants", "E92", 113.0, value_marker="p"))
    for number, (neet, unknown) in enumerate([(2.1, 0.4), (3.0, 1.0), (100.0, 0.0)], start=1):
        rows.append(_observation("neet", f"E{number:02}", neet))
        rows.append(_observation("activity_not_known", f"E{number:02}", unknown))
        # Rounding of both parts and the whole is allowed for: 2.1 + 0.4 was published as 2.6.
        rows.append(_observation("neet_or_not_known", f"E{number:02}", 2.6 if number == 1 else neet + unknown))
    return [row | {"row": number} for number, row in enumerate(rows, start=2)]


@pytest.fixture(scope="session")
def landed_once(tmp_path_factory) -> Path:
    warehouse = tmp_path_factory.mktemp("landed") / "warehouse"
    write_catalogue(warehouse)
    for shape in LANDED:
        write(shaped(shape, []), warehouse, "landed", shape, "_empty.parquet")
    figures = shaped("observations", _figures())
    write(figures, warehouse, "landed", "observations", "made__figures", "D1.parquet")
    register = shaped("authorities", [{"area_code": f"E{n:02}", "delivery_id": "D2"} for n in range(1, 27)])
    write(register, warehouse, "landed", "authorities", "made__register", "D2.parquet")
    topic = shaped("topic_indicators", [{"indicator_id": "neet", "definition_version": "1", "delivery_id": "D1"}])
    write(topic, warehouse, "landed", "topic_indicators", "made__figures", "D1.parquet")
    decided = shaped("decisions", [{"decision_id": f"W-{n}", "delivery_id": "D5"} for n in (1, 2)])
    write(decided, warehouse, "landed", "decisions", "made__decisions", "D5.parquet")

    def delivery(delivery_id, source_id, verdict, cells, landed, **others):
        return {
            "delivery_id": delivery_id, "file_name": f"{delivery_id}.csv", "source_id": source_id, "verdict": verdict,
            "cells_in": cells, "cells_landed": cells, "cells_quarantined": 0, "cells_out_of_scope": 0,
            "rows_landed": landed, "recorded_at": RECORDED,
        } | others  # fmt: skip

    deliveries = [
        delivery("D1", "made__figures", "accepted_in_part", 50, figures.height + topic.height,
                 cells_landed=36, cells_quarantined=4, cells_out_of_scope=10),
        delivery("D2", "made__register", "accepted", 26, 26),
        delivery("D3", "made__figures", "unchanged", 0, 0),
        delivery("D4", None, "refused", None, None, cells_landed=None, cells_quarantined=None, cells_out_of_scope=None),
        delivery("D5", "made__decisions", "accepted", 2, 2),
        # Every level of this file is out of scope.
        delivery("D6", "made__figures", "accepted", 8, 0, cells_landed=0, cells_out_of_scope=8),
    ]  # fmt: skip
    write(shaped("deliveries", deliveries), warehouse, "ledger", "deliveries.parquet")
    return warehouse


@pytest.fixture
def landed(landed_once, tmp_path) -> Path:
    """A copy of the good landed warehouse, under a path with every character that means something to SQL or a glob."""
    return shutil.copytree(landed_once, tmp_path / "o'clock [a=1], *" / "warehouse")


def change(parquet: Path, statement: str) -> None:
    """Run an UPDATE, INSERT or DELETE on `rows`, the rows of a Parquet file, and write them back."""
    with duckdb.connect() as connection:
        connection.register("found", pl.read_parquet(parquet, glob=False).to_arrow())
        connection.execute("create table rows as select * from found")
        connection.execute(statement)
        connection.table("rows").pl().write_parquet(parquet)


@pytest.fixture
def change_parquet() -> Callable[[Path, str], None]:
    return change


# ---------------------------------------------------------------------------------------------------- built

# Five services. Two of model directorate, two of umbrella, one without evidence: 4 of 5 can be used. The fifth covers
# two authorities, whose counts are summed.
_BUILT = """
create table authorities as
    select * from (values ('L1', 'England'), ('L2', 'England')) as rows(area_code, nation);
create table services as
    select * from (values ('s1', 'England'), ('s2', 'England'), ('s3', 'Wales'), ('s4', 'Wales'), ('s5', 'England'))
        as rows(service_id, nation);

create table observations as
select
    concat(indicator_id, ' ', area_code) as observation_id, indicator_id, '1' as definition_version, area_type,
    area_code,
    '2020' as period_label, date '2020-01-01' as period_start, date '2020-12-31' as period_end,
    numerator::double as numerator, denominator::double as denominator, value::double as value, 'made' as source_id,
    date '2019-10-01' as window_start, date '2020-12-31' as window_end, area_code <> 'gone' as is_current,
    derived_from is not null as is_derived, coalesce(derived_from, []) as derived_from
from (values
    ('first_time_entrants', 'youth_justice_service', 's1', 10, 10000, 100.0, null),
    ('first_time_entrants', 'youth_justice_service', 's2', 30, 10000, 300.0, null),
    ('first_time_entrants', 'youth_justice_service', 's3', 20, 10000, 200.0, null),
    ('first_time_entrants', 'youth_justice_service', 's4', 40, 10000, 400.0, null),
    ('first_time_entrants', 'youth_justice_service', 's5', 9, 3000, 300.0,
        ['first_time_entrants L1', 'first_time_entrants L2']),
    ('first_time_entrants', 'authority', 'L1', 4, 1000, 400.0, null),
    ('first_time_entrants', 'authority', 'L2', 5, 2000, 250.0, null),
    ('population', 'youth_justice_service', 's5', null, null, 3000.0, ['population L1', 'population L2']),
    ('population', 'authority', 'L1', null, null, 1000.0, null),
    ('population', 'authority', 'L2', null, null, 2000.0, null),
    ('population', 'youth_justice_service', 's1', null, null, null, ['population L1']),
    ('population', 'authority', 'gone', null, null, 5.0, null)
) as rows(indicator_id, area_type, area_code, numerator, denominator, value, derived_from);

create table attributions as
select
    observation_id, 'today' as typology_id, indicator_id, definition_version, area_type, area_code, period_start,
    period_end,
    case
        when area_code = 's5' or indicator_id = 'population' then null
        when area_code in ('s1', 's2') then 'directorate'
        when area_code in ('s3', 's4') then 'umbrella'
    end as model_id,
    case
        when area_type = 'authority' then 'shared'
        when area_code = 's5' or indicator_id = 'population' then 'unassigned'
        else 'attributable'
    end as attribution_status,
    'comparable' as comparability_status,
    case when value is null then 'c' else 'open' end as disclosure_status,
    case when attribution_status <> 'attributable' then 'gap of ' || observation_id end as deciding_gap_id
from observations
where is_current;

create table attribution_gaps as
select
    deciding_gap_id as gap_id, case attribution_status when 'shared' then 'U1' else 'E1' end as kind,
    true as is_blocking,
    'attribution_status' as sets_field, attribution_status as sets_value, observation_id, period_end,
    -- One place serves every typology, evidence is of one.
    case attribution_status when 'unassigned' then typology_id end as typology_id
from attributions
where deciding_gap_id is not null
union all
select 'small ' || observation_id, 'Z2', false, 'none', null, observation_id, period_end, null
from observations
where denominator < 5000;
alter table attribution_gaps add column closed_in_release varchar;

create table comparison_services as
select
    'shown' as comparison_id, area_code as service_id, observation_id, attribution.model_id, observation.value,
    observation.numerator, observation.denominator, attribution.attribution_status = 'attributable' as is_used
from observations as observation
inner join attributions as attribution using (observation_id, indicator_id, area_code, area_type)
where indicator_id = 'first_time_entrants' and area_type = 'youth_justice_service'
union all
select 'refused', unnest(['s1', 's2', 's3', 's4', 's5']), null, null, null, null, null, false;

create table comparisons as
select
    comparison_id, if(comparison_id = 'shown', 'first_time_entrants', 'population') as indicator_id,
    '1' as definition_version, 'made' as source_id, '2020' as period_label, 'today' as typology_id, model_id,
    5 as services_in_scope, if(comparison_id = 'shown', 4, 0) as services_used, group_services,
    median::double as median, pooled_value::double as pooled_value,
    comparison_id = 'refused' as is_refused, comparison_id = 'shown' as is_testable,
    if(comparison_id = 'refused', 'Refused: 0 of 5 services in scope can be used.', null) as refusal_reason
from (values
    ('shown', 'directorate', 2, 200.0, 200.0),
    ('shown', 'umbrella', 2, 300.0, 300.0),
    ('refused', 'directorate', 0, null, null),
    ('refused', 'umbrella', 0, null, null)
) as rows(comparison_id, model_id, group_services, median, pooled_value);

create table deliveries as select 'D1' as delivery_id;
create table indicators as select 'first_time_entrants' as indicator_id, '1' as definition_version;
create table typologies as select unnest(['today', 'once']) as typology_id;
create table typology_models as select 'today' as typology_id, unnest(['directorate', 'umbrella']) as model_id;
create table service_authorities as
    select 's5' as service_id, unnest(['L1', 'L2']) as area_code, date '2000-04-01' as valid_from;
create table structures as select unnest(range(20))::varchar as structure_id;
create table published_findings as select 'f1' as finding_id;
create table finding_tests as select 't1' as test_id;
create table source_conflicts as select 'c1' as conflict_id;
create table decisions as select 'd1' as decision_id where false;
create table structure_assertions as select 'a1' as assertion_id, 'D1' as delivery_id;
create table authority_changes as
    select 'L0' as from_code, 'L1' as to_code, date '2009-04-01' as change_date where false;
create table register_disagreements as select 'L1' as area_code where false;
create table service_changes as select 's0' as from_service where false;
create table service_shares as
    select 's5' as service_id, unnest(['L1', 'L2']) as area_code, date '2000-04-01' as valid_from;
create table series as select 'L1' as lineage_code where false;
create table gap_effects as select 'e1' as effect_id where false;
create table comparison_tests as select 'c1' as comparison_id where false;
create table comparison_pairs as select 'c1' as comparison_id, 'a' as model_a, 'b' as model_b where false;
create table comparison_strata as
    select 'c1' as comparison_id, 'a' as model_id, 'England' as nation, 'county' as authority_class where false;
create table comparison_sensitivity as
    select 'c1' as comparison_id, 'leave_one_out' as variant, 'a' as model_id where false;
create table benchmarks as select 'o1' as observation_id where false;
create table positions as select 'o1' as observation_id where false;
create table trends as select 'L1' as area_code where false;
create table control_charts as select 'L1' as area_code where false;
create table funnels as select 'f1' as funnel_id where false;
create table funnel_points as select 'f1' as funnel_id where false;
create table model_changes as select 'c1' as change_id where false;
create table disproportionality as select 'L1' as area_code where false;
create table rating_distributions as select 'a' as model_id where false;
create table area_hexes as select 'D1' as delivery_id, '01' as map_key where false;
create table gap_evidence as select 'e1' as evidence_id where false;
create table contributions as select 'c1' as contribution_id where false;
create table structure_alternatives as select '1' as structure_id, 'a1' as assertion_id where false;
create table case_study_facts as select 'f1' as fact_id;
create table typology_crosswalks as select 'today' as from_typology_id where false;
create table expected_deliveries as select 'made' as source_id where false;
create table quarantined_rows as select 'D1' as delivery_id where false;
create table delivery_warnings as select 'D1' as delivery_id where false;
"""


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Path:
    warehouse = tmp_path_factory.mktemp("built") / "warehouse"
    write_catalogue(warehouse)
    (warehouse / "building").mkdir()
    with duckdb.connect(str(warehouse / "building" / "warehouse.duckdb")) as connection:
        connection.execute(_BUILT)
    release = warehouse / "releases" / "2026.1"
    release.mkdir(parents=True)
    shutil.copy(warehouse / "building" / "warehouse.duckdb", release / "dovetail.duckdb")
    return warehouse


@pytest.fixture
def built(built_once, tmp_path) -> Path:
    """A copy of the good built warehouse, with a release before it that was the same."""
    return shutil.copytree(built_once, tmp_path / "o'clock [a=1], *" / "warehouse")


@pytest.fixture
def change_built() -> Callable[[Path, str], None]:
    def run(warehouse: Path, statement: str) -> None:
        with duckdb.connect(str(warehouse / "building" / "warehouse.duckdb")) as connection:
            connection.execute(statement)

    return run
