"""diff.json of the fictional release: its difference from one that never was, made of it with some things otherwise."""

import json
import shutil
import tempfile
from pathlib import Path

import duckdb

from pipelines.releases.diff import NAME, differences
from pipelines.releases.store import Release

EARLIER = """
update observations set value = value * 0.8 where hash(observation_id) % 40 = 0;
update observations set value = null, value_marker = 'c' where hash(observation_id) % 90 = 1;
delete from observations where hash(observation_id) % 100 = 2;
update attribution_gaps set closed_in_release = '2026.1' where hash(gap_id) % 50 = 0;
delete from attribution_gaps where hash(gap_id) % 60 = 1;
update comparisons set is_refused = not is_refused, refusal_reason = 'too few services'
where hash(period_start) % 2 = 0;
update comparisons set median = median + 1;
update structures set model_id = 'unassigned' where hash(service_id) % 9 = 0;
delete from structures where hash(service_id) % 30 = 1;
update indicators set title = 'An older title <b>of it</b>'
where indicator_id = (select min(indicator_id) from indicators);
alter table services add column an_old_column varchar;
"""


def add(release: Path) -> None:
    """Write diff.json into a release."""
    with tempfile.TemporaryDirectory() as folder:
        earlier = Release("2026.1", Path(folder) / "2026.1")
        earlier.path.mkdir()
        shutil.copy(release / "dovetail.duckdb", earlier.database)
        (earlier.path / "MANIFEST").write_text(
            json.dumps({"release_id": "2026.1", "files": {}, "inputs": {"program": "dovetail 0.0.9"}})
        )
        with duckdb.connect(str(earlier.database)) as connection:
            connection.execute(EARLIER)
        document = differences(earlier, Release("2026.2", release))
    (release / NAME).write_text(json.dumps(document, indent=1), encoding="utf-8")
