"""Each file is one declared dataset, and nothing in it is undeclared: columns, lines, periods and markers."""

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from pipelines.intake.columns import roles_of
from pipelines.intake.judge import recognise_file
from pipelines.intake.periods import parse_period
from pipelines.intake.sidecar import sidecar_of
from pipelines.readers.reading import read
from pipelines.readers.table import Table, tabulate
from sources.catalogue import load_catalogue
from sources.models.dataset import Measure, Term

CATALOGUE = load_catalogue()
OURS = {
    "countries.csv": "dfe__ees_countries",
    "regions.csv": "dfe__ees_regions",
    "local_authorities_dfe.csv": "dfe__ees_local_authorities",
    "local_authorities_register.csv": "mysociety__uk_local_authorities",
    "service_register.csv": "dovetail__service_register",
    "structure_register.csv": "dovetail__structure_register",
    "population_mid_2022.csv": "ons__population_single_year_of_age",
    "population_mid_2023.xlsx": "ons__population_single_year_of_age",
    "tellus3_ni_110_ni_115.xlsx": "dcsf__tellus3_local_authority_measures",
    "tellus4_ni_110_ni_115.csv": "dcsf__tellus4_local_authority_measures",
    "ni_111_first_time_entrants.csv": "dcsf__ni_111_first_time_entrants",
    "ni_112_conceptions.csv": "dcsf__ni_112_under_18_conceptions",
    "ni_117_neet.xlsx": "dcsf__ni_117_neet_16_to_18",
    "first_time_entrants_by_service.xlsx": "yjb__first_time_entrants_by_service",
    "reoffending_by_service.json": "yjb__reoffending_by_service",
    "custody_by_service.ods": "yjb__custody_by_service",
    **{
        f"kpi_{name}_{part}.csv": f"yjb__kpi_{dataset}"
        for name, dataset in (
            ("01_accommodation", "1_accommodation"), ("02_ete", "2_ete"), ("03_send_aln", "3_send_aln"),
            ("04_mental_health", "4_mental_health"), ("05_substance_misuse", "5_substance_misuse"),
            ("06_out_of_court", "6_out_of_court"), ("07_wider_services", "7_wider_services"),
            ("08_management_board", "8_management_board"), ("09_serious_violence", "9_serious_violence"),
            ("10_victims", "10_victims"),
        )
        for part in ("2023-24", "2024-25")
    },
    "kpi_03_send_aln_2023Q3_late.csv": "yjb__kpi_3_send_aln",
    "kpi_01_accommodation_2024Q2_corrected.csv": "yjb__kpi_1_accommodation",
}  # fmt: skip
OBSERVATIONS = [name for name, id_ in OURS.items() if CATALOGUE.datasets[id_].shape == "observations"]
WIDE = [name for name, id_ in OURS.items() if CATALOGUE.datasets[id_].layout == "wide"]
TEMPLATES = [name for name, id_ in OURS.items() if CATALOGUE.datasets[id_].layout == "template"]
KPI_DATASETS = sorted({dataset for dataset in OURS.values() if dataset.startswith("yjb__kpi_")})


@cache
def opened(path: Path) -> Table:
    sheet = read(path)[0]
    first = None if sheet.header else int(sheet.cells.filter(pl.last().is_not_null())["__row"][0])
    return tabulate(sheet, first)


def as_tuple(columns: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if columns is None else (columns,) if isinstance(columns, str) else columns


def test_every_file_is_listed_here(files):
    assert {path.name.removeprefix("FICTIONAL_") for path in files} == set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_file_is_recognised_as_its_dataset(folder, name):
    path = folder / f"FICTIONAL_{name}"
    (found,) = recognise_file(path, path.name, sidecar_of(path), CATALOGUE)
    assert (found.dataset.id, len(found.found)) == (OURS[name], 1)


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_no_column_is_undeclared(folder, name):
    dataset = CATALOGUE.datasets[OURS[name]]
    assert roles_of(dataset, opened(folder / f"FICTIONAL_{name}").columns).undeclared == ()


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_every_period_is_of_the_declared_type(folder, name):
    dataset = CATALOGUE.datasets[OURS[name]]
    assert dataset.period
    kind = CATALOGUE.period_types[str(dataset.period.type)]
    table = opened(folder / f"FICTIONAL_{name}")
    if dataset.period.column:
        labels = set(table.frame[dataset.period.column])
    else:
        found = (re.fullmatch(str(dataset.period.header_pattern), column) for column in table.columns)
        labels = {match[1] for match in found if match}
    assert labels
    assert not [label for label in labels if parse_period(label, kind) is None]


@pytest.mark.parametrize("name", WIDE)
def test_every_symbol_is_declared(folder, name):
    dataset = CATALOGUE.datasets[OURS[name]]
    frame = opened(folder / f"FICTIONAL_{name}").frame
    for measure in dataset.measures:
        for column in {c for part in (measure.value, measure.numerator, measure.denominator) for c in as_tuple(part)}:
            symbols = frame[column].filter(frame[column].cast(pl.Float64, strict=False).is_null())
            assert set(symbols) <= set(dataset.markers), column


def terms_of(measure: Measure) -> list[Term]:
    """Every cell a measure of a template reads, the short form as a term too."""
    short = [
        Term(columns=columns, lines=lines)
        for columns, lines in (
            (measure.numerator, measure.numerator_lines),
            (measure.denominator, measure.denominator_lines),
        )
        if columns is not None
    ]
    return [*short, *measure.numerator_terms, *measure.denominator_terms]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_line_of_a_template_is_declared(folder, name):
    dataset = CATALOGUE.datasets[OURS[name]]
    terms = [term for measure in dataset.measures for term in terms_of(measure)]
    takes_all = any(not term.lines for term in terms)
    lines = {line for term in terms for line in term.lines}
    lines |= {line for scope in dataset.out_of_scope for line in scope.lines}
    present = set(opened(folder / f"FICTIONAL_{name}").frame["description"])
    assert takes_all or present <= lines


@pytest.mark.parametrize("id_", KPI_DATASETS)
def test_lines_and_columns_of_measures_are_in_the_template(folder, id_):
    name = next(name for name, dataset in OURS.items() if dataset == id_)
    table = opened(folder / f"FICTIONAL_{name}")
    present = set(table.frame["description"])
    for measure in CATALOGUE.datasets[id_].measures:
        for term in terms_of(measure):
            assert set(term.lines) <= present
            for column, values in term.rows.items():
                assert set(values) <= set(table.frame[column])
            for glob in as_tuple(term.columns):
                assert any(fnmatchcase(column, glob) for column in table.columns), glob


def test_each_kpi_has_one_headline_indicator_with_its_number():
    numbers = [
        indicator.official_number
        for id_ in KPI_DATASETS
        for indicator in CATALOGUE.datasets[id_].indicators
        if re.fullmatch(r"KPI \d+", indicator.official_number or "")
    ]
    assert sorted(numbers) == sorted(f"KPI {n}" for n in range(1, 11))


def test_all_five_national_indicators_of_psa_14_are_loaded_for_england_only():
    """A definition that no file fills may be of both nations: teams counted first-time entrants in Wales too."""
    found: dict[str | None, set[str]] = {}
    for dataset in CATALOGUE.datasets.values():
        if dataset.id.startswith("dcsf__"):
            for measure in dataset.measures:
                indicator = CATALOGUE.indicators[measure.indicator]
                if indicator.programme == "PSA 14":
                    found.setdefault(indicator.official_number, set()).update(CATALOGUE.definition(measure).nations)
    assert found == {number: {"England"} for number in ("NI 110", "NI 111", "NI 112", "NI 115", "NI 117")}
