"""Loads everything declared under sources/ and refuses it naming file and field.

What belongs here: reading the YAML, and the rules that hold across files (ids equal paths, references resolve, a
definition stands once). What does not: frames for the warehouse (frames.py) and anything about delivered files.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from sources.kept_yaml import KeptYaml
from sources.models.case_study import CaseEvidence, CaseStudy
from sources.models.dataset import Dataset, Measure
from sources.models.finding import Finding, FindingFile, FindingTest, SourceConflict
from sources.models.indicator import Definition, Indicator
from sources.models.vocabulary import (
    AreaCodePrefix,
    AreaType,
    Breakdown,
    ClaimWording,
    Crosswalk,
    DecisionKind,
    DecisionStage,
    GapKind,
    Marker,
    NameVariant,
    PeriodType,
    Rule,
    Typology,
    Unit,
)

ROOT = Path(__file__).parent
NOT_DATASETS = {"vocab", "shapes", "models", "findings", "case_studies", "__pycache__"}

_Model = TypeVar("_Model", bound=BaseModel)


class CatalogueError(Exception):
    """A declaration that cannot be used; the message names the file, the field and what is wrong with it."""


@dataclass(frozen=True)
class Catalogue:
    """Everything declared, loaded once. Mappings are keyed by id."""

    units: dict[str, Unit]
    period_types: dict[str, PeriodType]
    markers: dict[str, Marker]
    area_types: dict[str, AreaType]
    area_code_prefixes: dict[str, AreaCodePrefix]
    breakdowns: dict[str, Breakdown]
    stages: dict[str, DecisionStage]
    gap_kinds: dict[str, GapKind]
    typologies: dict[str, Typology]
    crosswalks: tuple[Crosswalk, ...]
    claim_wordings: dict[tuple[str, str], ClaimWording]
    rules: dict[str, Rule]
    decision_kinds: dict[str, DecisionKind]
    service_names: tuple[NameVariant, ...]
    findings: tuple[Finding, ...]
    finding_tests: tuple[FindingTest, ...]
    source_conflicts: tuple[SourceConflict, ...]
    case_studies: tuple[CaseStudy, ...]
    datasets: dict[str, Dataset]
    indicators: dict[str, Indicator]

    @cached_property
    def fingerprint(self) -> str:
        """Hash of every declaration, vocabularies and spellings too: what a file was judged by."""
        declared = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return sha256(repr(declared).encode()).hexdigest()

    def prefix_of(self, code: str) -> AreaCodePrefix | None:
        """What the longest declared prefix of an area code says of the area; None where none fits."""
        fitting = [entry for prefix, entry in self.area_code_prefixes.items() if code.startswith(prefix)]
        return max(fitting, key=lambda entry: len(entry.prefix), default=None)

    def definition(self, measure: Measure) -> Definition:
        """The definition version that a dataset's measure refers to."""
        found = self.indicators[measure.indicator]
        return next(d for d in found.definitions if d.version == measure.definition_version)


@cache
def load_catalogue(root: Path = ROOT) -> Catalogue:
    """Load every declaration under `root`.

    Raises:
        CatalogueError: naming file and field, for the first declaration that cannot be used.
    """
    datasets: dict[str, Dataset] = {}
    indicators: dict[str, Indicator] = {}
    defined_in: dict[str, Path] = {}
    for path in dataset_files(root):
        dataset = _parse(path, _read(path), Dataset)
        expected = f"{path.parent.name}__{path.stem}"
        if dataset.id != expected:
            raise CatalogueError(f"{_shown(path, root)}: id: is {dataset.id}, and the path says {expected}")
        datasets[dataset.id] = dataset
        for indicator in dataset.indicators:
            if indicator.id in indicators:
                raise CatalogueError(
                    f"{_shown(path, root)}: indicators: {indicator.id} is already defined in"
                    f" {_shown(defined_in[indicator.id], root)}"
                )
            indicators[indicator.id] = indicator
            defined_in[indicator.id] = path
    vocab = root / "vocab"
    catalogue = Catalogue(
        units=_keyed(vocab / "units.yml", Unit, "id"),
        period_types=_keyed(vocab / "period_types.yml", PeriodType, "id"),
        markers=_keyed(vocab / "markers.yml", Marker, "id"),
        area_types=_keyed(vocab / "area_types.yml", AreaType, "id"),
        area_code_prefixes=_keyed(vocab / "area_code_prefixes.yml", AreaCodePrefix, "prefix"),
        breakdowns=_keyed(vocab / "breakdowns.yml", Breakdown, "id"),
        stages=_keyed(vocab / "stages.yml", DecisionStage, "id"),
        gap_kinds=_keyed(vocab / "gap_kinds.yml", GapKind, "kind"),
        typologies=_keyed(vocab / "typologies.yml", Typology, "id"),
        crosswalks=tuple(_listed(vocab / "typology_crosswalks.yml", Crosswalk)),
        claim_wordings={(w.typology, w.model): w for w in _listed(vocab / "claim_wordings.yml", ClaimWording)},
        rules=_keyed_in(vocab / "rules", Rule, "id"),
        decision_kinds=_keyed(vocab / "decision_kinds.yml", DecisionKind, "id"),
        service_names=tuple(_listed(vocab / "service_names.yml", NameVariant)),
        findings=tuple(
            finding
            for path in sorted((root / "findings").glob("*.yml"))
            for finding in _parse(path, _read(path), FindingFile).findings
        ),
        finding_tests=tuple(_keyed_in(root / "findings" / "tests", FindingTest, "id").values()),
        source_conflicts=tuple(_keyed_in(root / "findings" / "conflicts", SourceConflict, "id").values()),
        case_studies=tuple(_case_study(home) for home in sorted((root / "case_studies").glob("*/"))),
        datasets=datasets,
        indicators=indicators,
    )
    _refuse_dangling(catalogue, root)
    _refuse_dangling_findings(catalogue)
    if root == ROOT:
        _files().keep()
    return catalogue


def dataset_files(root: Path = ROOT) -> list[Path]:
    """The dataset YAML files: one folder a producer, one file a dataset."""
    return sorted(path for path in root.glob("*/*.yml") if path.parent.name not in NOT_DATASETS)


def _refuse_dangling(catalogue: Catalogue, root: Path) -> None:
    """Every reference from one declaration to another must resolve."""

    def check(where: str, kind: str, name: str | None, known: Iterable[str]) -> None:
        if name is not None and name not in known:
            raise CatalogueError(f"{where}: no such {kind}: {name}")

    for indicator in catalogue.indicators.values():
        for definition in indicator.definitions:
            where = f"indicator {indicator.id} version {definition.version}"
            check(where, "unit", definition.unit, catalogue.units)
            check(where, "period type", definition.period_type, catalogue.period_types)
            if definition.companion:
                check(where, "indicator", definition.companion.indicator, catalogue.indicators)
            for part in definition.parts.indicators if definition.parts else ():
                check(where, "indicator", part, catalogue.indicators)
            for sum_of_parts in definition.breakdown_parts:
                for breakdown in (*sum_of_parts.breakdowns, sum_of_parts.total):
                    check(where, "breakdown", breakdown, catalogue.breakdowns)
            for limit in definition.at_most:
                check(where, "indicator", limit.indicator, catalogue.indicators)
                versions = [d.version for d in catalogue.indicators[limit.indicator].definitions]
                check(where, "version", limit.definition_version, versions)
    for dataset in catalogue.datasets.values():
        where = _shown(root / dataset.id.replace("__", "/", 1), root) + ".yml"
        for marker in dataset.markers.values():
            check(where, "marker", marker, catalogue.markers)
        for kind in (dataset.period.type, *dataset.period.types.values()) if dataset.period else ():
            check(where, "period type", kind, catalogue.period_types)
        for measure in dataset.measures:
            check(f"{where}: measures", "indicator", measure.indicator, catalogue.indicators)
            versions = [d.version for d in catalogue.indicators[measure.indicator].definitions]
            check(f"{where}: measures: {measure.indicator}", "version", measure.definition_version, versions)
            check(f"{where}: measures", "breakdown", measure.breakdown, catalogue.breakdowns)
            check(f"{where}: measures", "period type", measure.period_type, catalogue.period_types)
    for stage in catalogue.stages.values():
        check(f"vocab/stages.yml: {stage.id}", "stage", stage.preceding, catalogue.stages)
        for indicator_id in stage.indicators:
            check(f"vocab/stages.yml: {stage.id}", "indicator", indicator_id, catalogue.indicators)
    for typology_id, model_id in catalogue.claim_wordings:
        check("vocab/claim_wordings.yml", "typology", typology_id, catalogue.typologies)
        models = [model.id for model in catalogue.typologies[typology_id].models]
        check(f"vocab/claim_wordings.yml: {typology_id}", "model", model_id, models)
    for walk in catalogue.crosswalks:
        for typology_id, model_id in ((walk.from_typology, walk.from_model), (walk.to_typology, walk.to_model)):
            check("vocab/typology_crosswalks.yml", "typology", typology_id, catalogue.typologies)
            models = [model.id for model in catalogue.typologies[typology_id].models]
            check(f"vocab/typology_crosswalks.yml: {typology_id}", "model", model_id, models)
    for study in catalogue.case_studies:
        where = f"case_studies/{study.id}"
        documents = [document.id for document in study.documents]
        for claim in study.assertions:
            check(where, "service", claim.service, [service.key for service in study.services])
            check(where, "document", claim.document, documents)
            check(where, "typology", claim.typology, catalogue.typologies)
            check(where, "model", claim.model, [model.id for model in catalogue.typologies[claim.typology].models])
        for fact in study.facts:
            check(where, "subject", fact.subject, study.subjects)
            check(where, "document", fact.document, documents)


def _case_study(home: Path) -> CaseStudy:
    """A folder: study.yml, and beside it what its documents say, in as many files as are easy to read."""
    study = _parse(home / "study.yml", _read(home / "study.yml"), CaseStudy)
    if study.id != home.name:
        raise CatalogueError(f"{home.name}/study.yml: id: is {study.id}, and the folder says {home.name}")
    beside = [path for path in sorted(home.glob("*.yml")) if path.name != "study.yml"]
    evidence = tuple(_parse(path, _read(path), CaseEvidence) for path in beside)
    return study.model_copy(update={"evidence": evidence})


def _refuse_dangling_findings(catalogue: Catalogue) -> None:
    """Findings have one id each; what tests and conflicts name exists; one test at most settles a finding."""
    findings = [finding.id for finding in catalogue.findings]
    conflicts = {conflict.id for conflict in catalogue.source_conflicts}
    settled: dict[str, str] = {}
    if twice := sorted({name for name in findings if findings.count(name) > 1}):
        raise CatalogueError(f"findings: id: stands twice: {', '.join(twice)}")
    for test in catalogue.finding_tests:
        named = [*test.figures, *test.wholes, *test.decides, *([test.against] if test.against else [])]
        if unknown := sorted(set(named) - set(findings)):
            raise CatalogueError(f"findings/tests: {test.id}: no such finding: {', '.join(unknown)}")
        if test.conflict is not None and test.conflict not in conflicts:
            raise CatalogueError(f"findings/tests: {test.id}: no such conflict: {test.conflict}")
        for finding in test.decides:
            if finding in settled:
                raise CatalogueError(f"findings/tests: {finding} is settled by {settled[finding]} and by {test.id}")
            settled[finding] = test.id
    services = {f"{study.id}__{service.key}" for study in catalogue.case_studies for service in study.services}
    for conflict in catalogue.source_conflicts:
        if unknown := sorted(set(conflict.services) - services):
            raise CatalogueError(f"findings/conflicts: {conflict.id}: no such service: {', '.join(unknown)}")
        if unknown := sorted(set(conflict.findings) - set(findings)):
            raise CatalogueError(f"findings/conflicts: {conflict.id}: no such finding: {', '.join(unknown)}")
        if conflict.gap_kind not in catalogue.gap_kinds:
            raise CatalogueError(f"findings/conflicts: {conflict.id}: no such gap kind: {conflict.gap_kind}")


@cache
def _files() -> KeptYaml:
    """Every command loads the catalogue, and most of that was parsing."""
    return KeptYaml()


def _read(path: Path) -> Any:
    try:
        return _files().read(path)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path.name}: not YAML: {error}") from error


def _parse(path: Path, raw: Any, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise CatalogueError(f"{_shown(path, ROOT)}: {field}: {first['msg']} (found {first['input']!r:.80})") from error


def _listed(path: Path, model: type[_Model]) -> list[_Model]:
    raw = _read(path)
    if not isinstance(raw, list):
        raise CatalogueError(f"{path.name}: the file: is not a list")
    return [_parse(path, entry, model) for entry in raw]


def _keyed(path: Path, model: type[_Model], key: str) -> dict[str, _Model]:
    entries = _listed(path, model)
    keyed = {str(getattr(entry, key)): entry for entry in entries}
    if len(keyed) != len(entries):
        raise CatalogueError(f"{path.name}: {key}: a value stands twice")
    return keyed


def _keyed_in(folder: Path, model: type[_Model], key: str) -> dict[str, _Model]:
    """The entries of every file of a folder; an id stands once among them all."""
    keyed: dict[str, _Model] = {}
    for path in sorted(folder.glob("*.yml")):
        for identity, entry in _keyed(path, model, key).items():
            if identity in keyed:
                raise CatalogueError(f"{folder.name}/{path.name}: {key}: {identity} stands in another file too")
            keyed[identity] = entry
    return keyed


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
