"""A small warehouse as dbt would leave it: some of the public tables, with comments, and one private table."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.checks import Check
from pipelines.releases.publish import publish
from pipelines.releases.store import Release, ReleaseStore

BUILT_AT = datetime(2026, 3, 1, 9, 30)

TABLES = """
create table indicators as select
    'first_time_entrants_10_to_17_per_100k' as indicator_id, '1' as definition_version, 'First-time entrants' as title,
    0::bigint as decimals, true as is_compared, ['2014-04-01 new recording', '2019-01-01 other'] as breaks;
create table typologies as select 'yjb_2024' as typology_id, 'Structural models, 2024' as title, null::date as valid_to;
create table services as
    select 'svc_' || i as service_id, 'Service, "' || i || '" of {generation}' as service_name,
        date '2015-04-01' as valid_from
    from range(5) as t(i);
create table deliveries as select * from (values
    ('D1', 'returns "2024", first.csv', 'a', 'accepted', null, timestamp '2024-02-01 10:11:12.123456'),
    ('D0', 'returns.csv', 'a', 'refused', 'No register was loaded', timestamp '2024-02-01 00:00:00'),
    ('D2', 'other.xlsx', 'b', 'refused', 'No dataset has the column | Zone', timestamp '2024-03-01 00:00:00')
) as t(delivery_id, file_name, sha256, verdict, reason, recorded_at);
create table quarantined_rows as
    select 'D1' as delivery_id, 'src__a' as source_id, 'Sheet1' as sheet, i::bigint as row, 'Value' as "column",
        'n/a' as value, 'text_in_number_column' as rule, 'Not a number' as reason, 1::bigint as cells
    from (select 7 as i union all select 7 union all select 3);
create table observations as
    select
        md5(i::varchar) as observation_id, 'first_time_entrants_10_to_17_per_100k' as indicator_id,
        '1' as definition_version, 'youth_justice_service' as area_type, 'svc_' || (i % 5) as area_code,
        date '2020-01-01' + (i // 5)::integer as period_start, date '2020-01-01' + (i // 5)::integer as period_end,
        'all' as breakdown_id, {generation} + (hash(i) % 1000) / 7 as value,
        case when i % 9 = 0 then 'c' end as value_marker,
        'src__a' as source_id, 'D1' as delivery_id, i::bigint as row, 'Value' as "column",
        timestamp '2024-02-01 10:11:12.123456' as recorded_at,
        case when i = 1 then timestamp '2024-05-01 08:00:00' end as superseded_at, 'svc_' || (i % 5) as service_id,
        case when i = 2 then [md5('0'), md5('1')] end as derived_from
    from range({observations}) as t(i);
create schema internal;
create table internal.int_workings as select 'private' as secret;
"""

COMMENTS = """
comment on table observations is 'One row is a published value.';
comment on column observations.value is 'Published value; null when a marker | says why';
comment on column observations.derived_from is 'Observations it is made from';
comment on table services is 'One row is a youth justice service.';
"""

Build = Callable[..., Path]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Write `building/warehouse.duckdb` under a new or known folder; the folder is returned."""
    return partial(build_in, tmp_path)


def build_in(
    root: Path,
    folder: str = "warehouse",
    *,
    generation: int = 1,
    observations: int = 40,
    shuffled: bool = False,
    sql: str = "",
) -> Path:
    warehouse = root / folder
    (warehouse / "building").mkdir(parents=True, exist_ok=True)
    file = warehouse / "building" / "warehouse.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("begin")
        connection.execute(TABLES.format(generation=generation, observations=observations))
        if shuffled:
            for (table,) in connection.execute("show tables").fetchall():
                connection.execute(f"create or replace table {table} as from {table} order by hash({table})")
        connection.execute(COMMENTS)
        connection.execute(sql)
        connection.execute("commit")
    return warehouse


def a_check(check_id: str = "observations_key_unique", **changes: object) -> Check:
    about = {
        "tool": "dbt",
        "stage": "warehouse",
        "title": "Each observation is there once",
        "is_blocking": True,
        "outcome": "pass",
    }
    return Check(check_id, **(about | changes))


@pytest.fixture
def check() -> Callable[..., Check]:
    """Make the outcome of a check."""
    return a_check


Publish = Callable[..., Release]


@pytest.fixture
def release_of() -> Publish:
    """Publish what was built in a warehouse, as its next release."""
    return publish_next


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release that no test may change."""
    return publish_next(build_in(tmp_path_factory.mktemp("untouched")))


def publish_next(warehouse: Path, **changes: object) -> Release:
    release_id = str(changes.pop("release_id", None) or ReleaseStore(warehouse).next_id(BUILT_AT))
    known = {"checks": [a_check()], "inputs": {"code_version": "0.1.0"}, "built_at": BUILT_AT, "render": a_report}
    return publish(warehouse, release_id, **(known | changes))


def a_report(release: Path, into: Path) -> None:
    """A report of one page, made from the release alone."""
    (into / "data").mkdir(parents=True)
    with duckdb.connect(str(release / "dovetail.duckdb"), read_only=True) as connection:
        rows = connection.execute("select count(*) from observations").fetchone()
    (into / "index.html").write_text(f"<p>{rows} observations</p>", encoding="utf-8")
    (into / "data" / "all.csv").write_text("a\n1\n", encoding="utf-8")
