"""The macros that carry a select to an engine: a table lies where the adapter says, and every select is translated."""

import re
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment

from pipelines.warehouse.manifest import PROJECT, manifest

FILE = PROJECT / "macros" / "distributed.sql"


class Adapter:
    """Says what it was asked."""

    def translated(self, sql: str) -> str:
        return f"[said: {sql.strip()}]"

    def place_of(self, schema: str, name: str) -> str:
        return f"/tables/{schema}/{name}"


class Relation(SimpleNamespace):
    def __str__(self) -> str:
        return f"{self.schema}.{self.identifier}"


def macro(name: str) -> Any:
    text = FILE.read_text(encoding="utf-8")
    # A materialization is dbt's own kind of block; what it calls are the macros after it.
    macros = re.sub(r"{% materialization .*?{% endmaterialization %}", "", text, flags=re.DOTALL)
    given = {"adapter": Adapter(), "default__get_test_sql": lambda main, *_: f"select count(*) from ({main})"}
    return getattr(Environment().from_string(macros, globals=given).module, name)


def words(text: str) -> str:
    return " ".join(text.split())


RELATION = Relation(schema="main", identifier="figures")


def test_a_table_is_parquet_at_its_place_from_the_translated_select() -> None:
    assert words(macro("spark__create_table_as")(False, RELATION, "select 1")) == (
        "create table main.figures using parquet location '/tables/main/figures' as [said: select 1]"
    )


def test_a_python_model_is_handed_over_as_it_is() -> None:
    code = "def model(dbt, session):\n    return 1"
    assert macro("spark__create_table_as")(False, RELATION, code, "python").strip() == code


def test_a_view_and_a_data_test_are_translated() -> None:
    assert words(macro("spark__create_view_as")(RELATION, "select 1")) == "create view main.figures as [said: select 1]"
    assert words(macro("spark__get_test_sql")("select 2", "count(*)", "!= 0", "!= 0", None)) == (
        "[said: select count(*) from (select 2)]"
    )


def test_the_guide_lists_every_macro_that_an_engine_has() -> None:
    ours = {
        name.removeprefix("macro.dovetail.")
        for name, found in manifest()["macros"].items()
        if name.startswith("macro.dovetail.") and found["original_file_path"] == "macros/distributed.sql"
    }
    assert len(ours) == 5
    guide = (PROJECT.parent / "docs" / "guides" / "beyond_one_machine.md").read_text(encoding="utf-8")
    for name in ours:
        kind = re.fullmatch(r"materialization_(\w+)_spark", name)
        assert f"`materialization {kind[1]}`" in guide if kind else f"`{name}`" in guide
