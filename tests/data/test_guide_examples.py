"""The examples of docs/guides/add_a_source.md are declarations that load: a field that is renamed breaks them here."""

import re
from pathlib import Path

import pytest
import yaml

from sources.catalogue import ROOT, load_catalogue
from sources.models.dataset import Dataset

GUIDE = ROOT.parent / "docs" / "guides" / "add_a_source.md"
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)]
WHOLE = yaml.safe_load((ROOT / "dfe" / "participation_16_to_17.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: ", ".join(example))
def test_an_example_of_the_guide_is_a_declaration_that_loads(example):
    dataset = Dataset.model_validate(WHOLE | example)
    catalogue = load_catalogue()
    for measure in dataset.measures:
        assert catalogue.definition(measure)
    assert {dataset.period.type, *dataset.period.types.values()} - {None} <= set(catalogue.period_types)


def test_the_guide_names_files_that_are_there():
    named = re.findall(r"`((?:sources|tests|docs)/[\w/.<>]+\.\w+|\w+/\w+\.yml)`", GUIDE.read_text("utf-8"))
    paths = [
        Path(name) if name.startswith(("sources/", "tests/", "docs/")) else Path("sources", name) for name in named
    ]
    assert len(paths) > 15
    assert [path for path in paths if "<" not in path.as_posix() and not (ROOT.parent / path).exists()] == []
