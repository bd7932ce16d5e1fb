"""What must hold of every declaration: a new YAML under sources/ brings its own tests by being there."""

import re
import shutil
from collections import Counter

import pytest
import yaml

from pipelines.intake.recognise import fits
from sources.catalogue import ROOT, CatalogueError, dataset_files, load_catalogue
from sources.frames import catalogue_frames

CATALOGUE = load_catalogue()
OBSERVED = [d for d in CATALOGUE.datasets.values() if d.shape == "observations"]
DEFINITIONS = [(i, d) for i in CATALOGUE.indicators.values() for d in i.definitions]


@pytest.mark.parametrize("path", dataset_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_dataset_file_is_short_enough_to_read(path):
    """YAML sprawl is a smell: one dataset, one screenful or a few."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


@pytest.mark.parametrize("dataset", CATALOGUE.datasets.values(), ids=lambda d: d.id)
def test_a_dataset_recognises_its_own_columns(dataset):
    assert fits(dataset, (*dataset.signature.required, *_examples(dataset.signature.patterns)))


@pytest.mark.parametrize("dataset", CATALOGUE.datasets.values(), ids=lambda d: d.id)
def test_datasets_of_one_signature_are_told_apart(dataset):
    """By more columns, by their lines, or by what their names may say; else each would be refused as ambiguous."""
    columns = (*dataset.signature.required, *_examples(dataset.signature.patterns))
    rivals = [
        other
        for other in CATALOGUE.datasets.values()
        if other.id != dataset.id
        and fits(other, columns)
        and len(other.signature.required) >= len(dataset.signature.required)
    ]
    if rivals:
        alike = [each for each in (dataset, *rivals) if not each.signature.lines]
        assert len(alike) < 2 or all(each.name_hints.tells_apart for each in alike), [each.id for each in rivals]
        lines = [line for each in (dataset, *rivals) for line in each.signature.lines]
        assert len(lines) == len(set(lines)), "a line of two datasets tells neither"


@pytest.mark.parametrize("dataset", OBSERVED, ids=lambda d: d.id)
def test_a_measure_has_the_period_type_of_its_definition(dataset):
    for measure in dataset.measures:
        definition = CATALOGUE.definition(measure)
        declared = measure.period_type or (dataset.period.type if dataset.period else None) or definition.period_type
        assert declared == definition.period_type, measure.indicator


@pytest.mark.parametrize(("indicator", "definition"), DEFINITIONS, ids=lambda x: getattr(x, "id", None) or x.version)
def test_a_definition_is_whole_and_cited(indicator, definition):
    assert definition.citation
    assert definition.window.citation
    base = CATALOGUE.units[definition.unit].base
    if definition.measure == "rate":
        assert base is not None
        assert base > 100, "a rate names its base: 1,000, 10,000 or 100,000"
    if definition.measure == "proportion":
        assert base == 100
        assert definition.bounds.maximum == 100
    if definition.measure in ("rate", "proportion", "ratio") and indicator.compared:
        assert definition.denominator, "what is compared says what it is a share of"
    assert all(brk.citation for brk in definition.breaks)


def test_what_the_sources_do_not_verify_says_so():
    unverified = [(i.id, d.version) for i, d in DEFINITIONS if not d.verified or not d.window.verified]
    assert ("first_time_entrants_10_to_17_per_100k", "pnc_calendar_year") in unverified
    frame = catalogue_frames(CATALOGUE)["indicators"]
    assert frame.filter(~frame["window_is_verified"] | ~frame["is_verified"]).height == len(unverified)


def test_models_of_a_typology_have_one_order():
    for typology in CATALOGUE.typologies.values():
        assert max(Counter(model.order for model in typology.models).values()) == 1
        assert "unassigned" in {model.id for model in typology.models if not model.assignable}


BROKEN = {
    "an unknown field": (lambda raw: raw | {"colour": "red"}, "colour"),
    "another id than its path": (lambda raw: raw | {"id": "dfe__something_else"}, "id"),
    "no citation": (lambda raw: _without(raw, "citation"), "citation"),
    "an unknown marker": (lambda raw: raw | {"markers": {"?": "mystery"}}, "marker"),
    "an unknown version": (lambda raw: _first_measure(raw, definition_version="never"), "version"),
    "an unknown indicator": (lambda raw: _first_measure(raw, indicator="nothing_here"), "indicator"),
    "a sum of rates": (lambda raw: _first_definition(raw, additive=True), "never summed"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_declaration_is_refused_naming_file_and_field(fault, tmp_path):
    change, pointer = BROKEN[fault]
    root = tmp_path / "sources"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "dfe" / "participation_16_to_17.yml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(change(raw), allow_unicode=True), encoding="utf-8")
    with pytest.raises(CatalogueError, match=re.escape(pointer)) as refused:
        load_catalogue(root)
    assert "participation_16_to_17" in str(refused.value)


@pytest.mark.parametrize(
    ("found", "put", "pointer"),
    [("preceding: population", "preceding: nowhere", "no such stage: nowhere"),
     ("[population_10_to_17]", "[nothing_here]", "no such indicator: nothing_here")],
)  # fmt: skip
def test_a_stage_of_decision_follows_a_stage_and_is_counted_by_an_indicator(found, put, pointer, tmp_path):
    root = tmp_path / "sources"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "vocab" / "stages.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(found, put, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"stages.yml: .*{pointer}"):
        load_catalogue(root)


def _examples(patterns: tuple[str, ...]) -> list[str]:
    return [re.sub(r"\\d\{2\}", "20", re.sub(r"\(\?:(\w+)\|\w+\)", r"\1", pattern)) for pattern in patterns]


def _first_measure(raw: dict, **changes: object) -> dict:
    first, *others = raw["measures"]
    return raw | {"measures": [first | changes, *others]}


def _first_definition(raw: dict, **changes: object) -> dict:
    first, *others = raw["indicators"]
    definition, *more = first["definitions"]
    return raw | {"indicators": [first | {"definitions": [definition | changes, *more]}, *others]}


def _without(raw: dict, field: str) -> dict:
    first, *others = raw["indicators"]
    definition, *more = first["definitions"]
    bare = {key: value for key, value in definition.items() if key != field}
    return raw | {"indicators": [first | {"definitions": [bare, *more]}, *others]}
