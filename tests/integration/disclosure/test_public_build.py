"""A public build of a country full of canaries: none of them is in any byte of the public folder."""

import json
import shutil
import stat
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import steps
from pipelines.disclosure import build, redact
from pipelines.disclosure.build import PublicBuildRefused, build_public
from pipelines.disclosure.figures import KEY
from pipelines.disclosure.standing import is_built
from pipelines.releases import manifest
from pipelines.releases.verify import verify
from pipelines.workspace import Disclosure, Workspace
from sources.catalogue import load_catalogue
from tests.integration.disclosure.country import OPEN, REST, SMALL, SUPERSEDED, WORDS, shown, write
from tests.integration.disclosure.searching import contents, found, tables

pytestmark = pytest.mark.integration

CANARIES = (shown(*SMALL), shown(*REST), shown(*SUPERSEDED), WORDS)
NUMBERS = ("numerator", "denominator", "value", "stabilised_value", "z", "adjusted_z", "before_value", "after_value")


def quiet(_step: str) -> None:
    """For a build that shows no progress."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Workspace:
    """The restricted warehouse up to what a build reads: the public build needs no more of it."""
    folder = tmp_path_factory.mktemp("disclosure")
    workspace = Workspace(write(folder / "landing"), folder / "warehouse", disclosure=Disclosure(public=True))
    steps.receive_new(workspace, load_catalogue(), None, quiet)
    steps.prepare(workspace, load_catalogue())
    return workspace


@pytest.fixture(scope="module")
def built(prepared):
    """The public build of it."""
    return prepared, build_public(prepared, load_catalogue(), "2024.7", quiet)


def hidden_ids(workspace: Workspace) -> set[str]:
    """Observations that the public build hides, in every vintage."""
    rows = pl.read_parquet(workspace.landed / "observations" / "**" / "*.parquet").drop("row")
    hidden = pl.read_parquet(workspace.warehouse / "disclosure" / build.HIDDEN)
    return set(rows.join(hidden, on=KEY)["observation_id"])


def test_no_byte_of_the_public_folder_holds_a_canary(built):
    workspace, _ = built
    assert {text for _, text in found(workspace.landed, CANARIES)} == set(CANARIES), "the search sees none at all"
    assert found(workspace.public.warehouse, CANARIES) == set()


def test_what_is_not_small_is_open_in_every_form(built):
    workspace, public = built
    forms = {Path(path).suffix for path, _ in found(public.release.path, [shown(*OPEN)])}
    assert {".duckdb", ".parquet", ".csv"} <= forms
    rows = pl.read_parquet(workspace.landed / "observations" / "**" / "*.parquet").drop("row")
    shown_rows = pl.read_parquet(workspace.public.landed / "observations" / "**" / "*.parquet").drop("row")
    open_ = rows.filter(~pl.col("observation_id").is_in(list(hidden_ids(workspace)))).sort("observation_id")
    assert open_.height > 0
    assert (
        shown_rows.filter(pl.col("observation_id").is_in(open_["observation_id"].to_list()))
        .sort("observation_id")
        .equals(open_)
    )


def test_no_page_prints_a_hidden_figure(built):
    workspace, _ = built
    pages = "".join(path.read_text() for path in sorted((workspace.public.warehouse / "reports").rglob("*.html")))
    printed = {both: f">{100 * both[0] / both[1]:.1f}" for both in (SMALL, REST, SUPERSEDED, OPEN)}
    assert {both for both, text in printed.items() if text in pages} == {OPEN}
    assert "small counts are hidden" in pages


def public_tables(release: Path):
    """Form, name and rows of every table of a release, in every form."""
    for name, rows in tables(release / "dovetail.duckdb"):
        yield "duckdb", name, rows
    for path in sorted(release.rglob("*.parquet")):
        yield "parquet", path.name, pl.read_parquet(path)
    for path in sorted([*release.rglob("*.csv"), *release.parent.parent.glob("reports/**/*.csv")]):
        yield "csv", path.name, pl.read_csv(path, infer_schema=False)


def test_no_hidden_observation_has_a_number_in_any_form(built):
    workspace, public = built
    hidden, seen = hidden_ids(workspace), {}
    for form, name, rows in public_tables(public.release.path):
        if "observation_id" not in rows.columns:
            continue
        mine = rows.filter(pl.col("observation_id").is_in(list(hidden)))
        numbers = [c for c in mine.columns if c in NUMBERS or c.startswith(("lower_", "upper_", "adjusted_lower_"))]
        if numbers:
            seen[form] = seen.get(form, 0) + mine.height
            assert mine.select(pl.col(numbers).is_not_null().any()).row(0) == (False,) * len(numbers), (form, name)
    assert set(seen) == {"duckdb", "parquet", "csv"}
    assert min(seen.values()) >= len(hidden)


def test_hidden_rows_stand_in_their_place_with_one_marker(built):
    workspace, public = built
    with duckdb.connect(str(public.release.database), read_only=True) as connection:
        markers = connection.execute(
            "select distinct value_marker from observations where observation_id in ?", [sorted(hidden_ids(workspace))]
        ).fetchall()
        told = connection.execute("select distinct reason, value from quarantined_rows").fetchall()
    assert markers == [("c",)]
    assert told == [("Text in a number column", None)]


def test_the_release_says_that_it_is_public_and_verifies(built):
    workspace, public = built
    assert public.release.release_id == "2024.7"
    assert verify(public.release) == []
    assert manifest.read(public.release.path)["access"] == "PUBLIC"
    assert "**PUBLIC.**" in (public.release.path / "DICTIONARY.md").read_text()
    checks = json.loads((public.release.path / "checks.json").read_text())["checks"]
    (audit,) = [check for check in checks if check["check_id"] == "hidden_counts_stay_hidden"]
    assert (audit["outcome"], audit["is_blocking"]) == ("pass", True)
    for path in workspace.warehouse.iterdir():
        mode = stat.S_IMODE(path.stat().st_mode)
        assert path.name == "public" or not mode & 0o077, path


def test_a_public_release_stands_until_the_rule_changes(built):
    workspace, _ = built
    assert is_built(workspace, load_catalogue())
    stricter = replace(workspace, disclosure=Disclosure(public=True, threshold=10))
    assert not is_built(stricter, load_catalogue())
    assert is_built(replace(stricter, disclosure=Disclosure()), load_catalogue())


def test_a_row_that_is_not_hidden_blocks_the_public_release(prepared, tmp_path, monkeypatch):
    shutil.copytree(prepared.warehouse, tmp_path / "warehouse", symlinks=True)
    shutil.rmtree(tmp_path / "warehouse" / "public", ignore_errors=True)
    workspace = Workspace(prepared.landing, tmp_path / "warehouse", disclosure=Disclosure(public=True))
    monkeypatch.setattr(redact, "_without", lambda rows, _hidden: rows)
    with pytest.raises(PublicBuildRefused, match="hidden_counts_stay_hidden"):
        build_public(workspace, load_catalogue(), "2024.7", quiet)
    assert not (workspace.public.warehouse / "releases").exists()
    assert found(workspace.public.landed, CANARIES[:3]), "the search would not have seen it"


def test_the_search_sees_into_every_form(tmp_path):
    rows = pl.DataFrame({"value": [100 * SMALL[0] / SMALL[1]]})
    rows.write_parquet(tmp_path / "a.parquet")
    with duckdb.connect(str(tmp_path / "b.duckdb")) as connection:
        connection.execute("create schema hidden")
        connection.execute("create table hidden.t as select * from rows")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", f"<v>{rows['value'][0]!r}</v>")
    packed = zlib.compress(repr(rows["value"][0]).encode())
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.7\nstream\n" + packed + b"\nendstream")
    assert {path for path, _ in found(tmp_path, [shown(*SMALL)])} == {"a.parquet", "b.duckdb", "c.xlsx", "d.pdf"}
    assert len(list(contents(tmp_path / "d.pdf"))) == 3
