"""Small releases in the shape of the public tables, for the tests of the reports.

`fictional` has two typologies, comparisons shown and refused, and one of everything a page must show. `real_like` has
the result that real input gives: no register of structural models, every value unassigned, every comparison refused.
Nothing here is a real place.
"""

from __future__ import annotations

import json
import random
from datetime import date, datetime
from pathlib import Path
from statistics import median, quantiles

import duckdb
import polars as pl
import yaml

from tests.unit.reports import fake_register, fake_statistics

TYPES: dict[str, pl.DataType] = {
    "text": pl.Utf8,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "timestamp": pl.Datetime,
    "texts": pl.List(pl.Utf8),
}
COLUMNS: dict[str, dict[str, pl.DataType]] = {
    table: {column: TYPES[type_] for column, type_ in columns.items()}
    for table, columns in yaml.safe_load(Path(__file__).with_name("public_tables.yml").read_text()).items()
}

LABELS = {
    "E1": "Unassigned",
    "S1": "Changed in period",
    "Z1": "Suppressed",
    "C6": "No return",
    "U11": "Not attributable",
}
KINDS = {
    "E1": ("No usable evidence of a structural model", True, "attribution_status", "unassigned", "data team"),
    "S1": ("The model changed inside the window", True, "attribution_status", "transition", "nobody: it is a fact"),
    "U11": ("Area larger than a service", True, "attribution_status", "not_attributable", "nobody: it is a fact"),
    "Z1": ("Suppressed as a small count", False, "disclosure_status", "c", "publisher"),
    "C6": ("Return expected and not received", False, "disclosure_status", "x", "data team"),
    "Z6": ("Comparison refused", False, "none", None, "data team"),
}
TYPOLOGIES = [
    {
        "typology_id": "fielder_2007",
        "title": "Location in council structure, revised 2007 (Fielder et al. 2008, table 5)",
        "valid_from": date(2007, 2, 1),
        "valid_to": date(2011, 3, 31),
        "nations": "England|Wales",
        "is_multi_label": False,
        "is_attributed": True,
    },
    {
        "typology_id": "yjb_2024",
        "title": "Level of integration (YJB 2024)",
        "valid_from": date(2011, 4, 1),
        "valid_to": None,
        "nations": "England|Wales",
        "is_multi_label": False,
        "is_attributed": True,
    },
]
MODELS = {
    "yjb_2024": [
        ("unassigned", "Unassigned", 0),
        ("standalone", "Standalone", 1),
        ("directorate", "Integrated at directorate level", 2),
        ("portfolio", "Integrated as part of a management portfolio", 3),
        ("umbrella", "Integrated in an umbrella service", 4),
        ("delivery", "Integrated at delivery level", 5),
    ],
    "fielder_2007": [
        ("unassigned", "Unassigned", 0),
        ("other", "Other", 1),
        ("freestanding", "Freestanding", 2),
        ("community_safety", "Community safety", 3),
        ("childrens_services_youth", "Children's services: youth focus", 4),
        ("childrens_services_all", "Children's services: all children", 5),
    ],
}
# How many services of 155 each model has; the rest have no evidence.
SHARES = {
    "yjb_2024": {"directorate": 41, "portfolio": 37, "umbrella": 27, "delivery": 24, "standalone": 1},
    "fielder_2007": {"childrens_services_all": 60, "community_safety": 30, "childrens_services_youth": 26, "other": 12},
}
ENDS, MIDDLES = (
    ["Ash", "Bram", "Cor", "Dun", "Eld", "Fen", "Gar", "Hol", "Ing", "Jor", "Kel", "Lorn", "Mar", "Nor", "Oak"],
    ["bury", "combe", "dale", "ford", "garth", "ham", "leigh", "mere", "ness", "over", "stow"],
)


class World:
    """Rows of every table, as they are added."""

    def __init__(self, release_id: str) -> None:
        self.release_id = release_id
        self.random = random.Random(7)
        self.tables: dict[str, list[dict]] = {name: [] for name in COLUMNS}

    def add(self, table: str, **values: object) -> None:
        unknown = set(values) - set(COLUMNS[table])
        assert not unknown, f"{table} has no {unknown}"
        self.tables[table].append(values)


def write(folder: Path, world: World, *, is_fictional: bool, checks: list[dict] | None = None) -> Path:
    """Write a release folder."""
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "dovetail.duckdb")) as connection:
        for name, columns in COLUMNS.items():
            rows = [{column: row.get(column) for column in columns} for row in world.tables[name]]
            frame = pl.DataFrame(rows, schema=columns)
            connection.register("frame", frame.to_arrow())
            connection.execute(f"create table {name} as select * from frame")
            connection.unregister("frame")
            about = "FICTIONAL. " if is_fictional else ""
            connection.execute(f"comment on table {name} is '{about}Made for a test.'")
    (folder / "MANIFEST").write_text(
        json.dumps({"release_id": world.release_id, "built_at": "2026-11-22T09:30:00", "files": {}, "inputs": {}})
    )
    (folder / "checks.json").write_text(
        json.dumps({"release_id": world.release_id, "checks": passing_checks() if checks is None else checks})
    )
    return folder


def check(check_id: str, stage: str, tool: str, title: str, outcome: str = "pass", *, blocks: bool = True) -> dict:
    return {
        "check_id": check_id,
        "tool": tool,
        "stage": stage,
        "title": title,
        "is_blocking": blocks,
        "outcome": outcome,
        "failing_rows": 0 if outcome == "pass" else 2,
        "failing_keys": [] if outcome == "pass" else ["D0007", "D0009"],
        "about": "",
    }


def passing_checks() -> list[dict]:
    return [
        check(
            "delivery_cells_balance", "landing", "great_expectations", "Cells in = landed + quarantined + out of scope"
        ),
        check("observations_key_unique", "warehouse", "dbt", "One row for each observation"),
        check("attribution_balance", "attribution", "great_expectations", "The balance law holds for each typology"),
        check("release_tables_filled", "release", "great_expectations", "No public table is empty that must not be"),
        check(
            "rows_against_last_release",
            "release",
            "great_expectations",
            "No table lost many rows",
            "warn",
            blocks=False,
        ),
    ]


def fictional(folder: Path) -> Path:
    """155 services, four indicators, comparisons."""
    world = World("2026.2")
    _frame(world, services=155, evidenced=True)
    quarters = [
        ("2024Q2", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024Q3", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024Q4", date(2025, 1, 1), date(2025, 3, 31)),
    ]
    years = [(str(year), date(year, 1, 1), date(year, 12, 31)) for year in (2022, 2023)]
    psa = [("2009-10", date(2009, 4, 1), date(2010, 3, 31))]
    _indicator(
        world, KPI_2, "yjb__kpi_2_ete", quarters, mean=0.62, base=(20, 60), typology="yjb_2024", refused={"2024Q4"}
    )
    _indicator(
        world, FTE, "yjb__first_time_entrants_by_service", years, mean=136e-5, base=(9000, 60000), typology="yjb_2024"
    )
    _indicator(
        world,
        NI_111,
        "dcsf__ni_111_first_time_entrants",
        psa,
        mean=1600e-5,
        base=(9000, 60000),
        typology="fielder_2007",
    )
    _deliveries(world)
    fake_statistics.add(world)
    fake_register.add(world)
    return write(folder, world, is_fictional=True)


def real_like(folder: Path) -> Path:
    """154 services, no register of structural models: everything unassigned, everything refused."""
    world = World("2026.1")
    _frame(world, services=154, evidenced=False)
    years = [(f"{year}/{year - 1999}", date(year, 4, 1), date(year + 1, 3, 31)) for year in (2020, 2021)]
    _indicator(
        world,
        FTE,
        "yjb__youth_justice_2021_22",
        years,
        mean=136e-5,
        base=(9000, 60000),
        typology="yjb_2024",
        refused={label for label, _, _ in years},
    )
    _deliveries(world)
    return write(folder, world, is_fictional=False)


def _definition(**facts: object) -> dict:
    defaults = {
        "definition_version": "v1",
        "counted_by": "service_caseload",
        "measure": "proportion",
        "is_additive": False,
        "is_compared": True,
        "window_months_before": 12,
        "window_months_after": 0,
        "window_is_verified": False,
        "window_citation": "",
        "nations": "England|Wales",
        "impact_level": 2,
        "is_verified": True,
        "citation": "YJB data dictionary",
        "breaks": [],
    }
    return defaults | facts


KPI_2 = _definition(
    indicator_id="suitable_ete_at_end_percent",
    title="Children in suitable education, training or employment",
    definition_version="end_of_order",
    counts="Children in suitable ETE at the end of their order",
    numerator_counts="Children in suitable ETE at the end of their order",
    denominator_counts="Children with an order ending",
    unit="percent",
    unit_label="per cent",
    unit_base=100.0,
    decimals=1,
    polarity="high",
    period_type="financial_quarter",
    programme="youth justice KPI",
    official_number="KPI 2",
    note="Official statistics in development.",
)
FTE = _definition(
    indicator_id="first_time_entrants_10_to_17_per_100k",
    title="First-time entrants to the youth justice system",
    definition_version="pnc_calendar_year",
    counts="Children aged 10 to 17 who receive a first caution or sentence",
    numerator_counts="First-time entrants",
    denominator_counts="Population aged 10 to 17",
    unit="per_100000",
    unit_label="per 100,000",
    unit_base=100000.0,
    decimals=1,
    polarity="low",
    measure="rate",
    counted_by="residence",
    period_type="calendar_year",
    window_months_before=0,
    programme="older youth justice KPI",
    official_number=None,
    breaks=["2013-04-01 New recording of cautions"],
)
NI_111 = _definition(
    indicator_id="first_time_entrants_psa_per_100k",
    title="First-time entrants aged 10 to 17 (National Indicator 111)",
    definition_version="ni_111",
    counts="Children aged 10 to 17 who receive a first reprimand, warning or conviction",
    numerator_counts="First-time entrants",
    denominator_counts="Population aged 10 to 17",
    unit="per_100000",
    unit_label="per 100,000",
    unit_base=100000.0,
    decimals=0,
    polarity="low",
    measure="rate",
    counted_by="residence",
    period_type="financial_year",
    window_months_before=0,
    nations="England",
    programme="PSA 14",
    official_number="NI 111",
    is_verified=False,
)


def _frame(world: World, services: int, *, evidenced: bool) -> None:
    for typology in TYPOLOGIES:
        world.add("typologies", **typology)
        for model_id, label, order in MODELS[typology["typology_id"]]:
            world.add(
                "typology_models",
                typology_id=typology["typology_id"],
                model_id=model_id,
                label=label,
                model_order=order,
                is_assignable=model_id != "unassigned",
            )
    world.add(
        "authorities", area_code="FICT00ENG", area_name="Fictional England", area_type="country", nation="England"
    )
    names = [f"{end}{middle}" for middle in MIDDLES for end in ENDS][:services]
    names[3] += " & Under Wold <Joint>"
    for place, name in enumerate(names):
        nation = "Wales" if place % 9 == 8 else "England"
        world.add("services", service_id=f"s_{place:03}", service_name=name, nation=nation, authorities=1)
    world.evidenced = evidenced


def _model_of(world: World, typology: str) -> dict[str, str]:
    """Service -> model, for the services that have evidence."""
    if not world.evidenced:
        return {}
    ids = [row["service_id"] for row in world.tables["services"]]
    world.random.shuffle(ids)
    models = [model for model, n in SHARES[typology].items() for _ in range(n)]
    return dict(zip(ids, models, strict=False))


def _indicator(
    world: World,
    definition: dict,
    source_id: str,
    periods: list,
    *,
    mean: float,
    base: tuple[int, int],
    typology: str,
    refused: set[str] = frozenset(),
) -> None:
    world.add("indicators", **definition)
    models = _model_of(world, typology)
    for label, start, end in periods:
        services = []
        for service in world.tables["services"]:
            services.append(
                _service_value(world, definition, source_id, (label, start, end), service, mean, base, typology, models)
            )
        _benchmark(world, definition, source_id, (label, start, end), mean, typology)
        _comparison(world, definition, source_id, (label, start, end), typology, services, label in refused)


def _service_value(world, definition, source_id, period, service, mean, base, typology, models) -> dict:
    label, start, end = period
    chance = world.random
    denominator = chance.randint(*base)
    rate = (
        mean * chance.lognormvariate(0, 0.35)
        if definition["measure"] == "rate"
        else min(0.97, max(0.03, chance.gauss(mean, 0.1)))
    )
    numerator = round(denominator * rate)
    value, marker = definition["unit_base"] * numerator / denominator, None
    fate = chance.random()
    if fate < 0.03:
        numerator = value = None
        marker = "c"
    elif fate < 0.05:
        numerator = denominator = value = None
        marker = "x"
    model = models.get(service["service_id"])
    kind = {"c": "Z1", "x": "C6"}.get(marker)
    blocking = None if model else "E1"
    if model and chance.random() < 0.03:
        blocking = "S1"
    observation_id = f"{definition['indicator_id']}|{source_id}|{label}|{service['service_id']}"
    _observation(
        world,
        definition,
        source_id,
        period,
        observation_id,
        "youth_justice_service",
        service["service_id"],
        service["service_name"],
        numerator,
        denominator,
        value,
        marker,
    )
    gap_ids = [
        _gap(world, k, definition, period, observation_id, None if k in ("Z1", "C6") else typology, service)
        for k in (blocking, kind)
        if k
    ]
    world.add(
        "attributions",
        observation_id=observation_id,
        typology_id=typology,
        indicator_id=definition["indicator_id"],
        definition_version=definition["definition_version"],
        area_type="youth_justice_service",
        area_code=service["service_id"],
        service_id=service["service_id"],
        period_start=start,
        period_end=end,
        model_id=None if blocking else model,
        attribution_status=KINDS[blocking][3] if blocking else "attributable",
        comparability_status="comparable",
        disclosure_status=marker or "open",
        deciding_gap_id=gap_ids[0] if blocking else None,
        gaps=len(gap_ids),
    )
    excluded = blocking or kind
    return {
        "service_id": service["service_id"],
        "observation_id": observation_id,
        "model_id": None if excluded else model,
        "group_label": LABELS[excluded]
        if excluded
        else next(name for id_, name, _ in MODELS[typology] if id_ == model),
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "is_used": not excluded,
        "exclusion_kind": excluded,
        "exclusion_reason": KINDS[excluded][0] if excluded else None,
    }


def _observation(
    world, definition, source_id, period, observation_id, area_type, code, name, numerator, denominator, value, marker
) -> None:
    label, start, end = period
    half = None if value is None or numerator is None else value * 0.2
    world.add(
        "observations",
        observation_id=observation_id,
        indicator_id=definition["indicator_id"],
        definition_version=definition["definition_version"],
        area_type=area_type,
        area_code=code,
        area_name_as_published=name,
        period_start=start,
        period_end=end,
        period_label=label,
        period_type=definition["period_type"],
        breakdown_id="all",
        numerator=numerator,
        denominator=denominator,
        value=value,
        unit=definition["unit"],
        value_marker=marker,
        source_id=source_id,
        delivery_id="D0001",
        row=5,
        column="value",
        is_current=True,
        is_withdrawn=False,
        is_derived=False,
        lower_95=None if half is None else max(0.0, value - half),
        upper_95=None if half is None else value + half,
        interval_method=None if half is None else ("wilson" if definition["measure"] == "proportion" else "byar"),
    )


def _gap(world, kind, definition, period, observation_id, typology, service) -> str:
    title, blocks, field, value, owner = KINDS[kind]
    gap_id = f"{kind}|{observation_id}"
    where = service["service_name"] if service else "Fictional England"
    matters = kind == "S1" and not world.tables.get("gap_effects")
    world.add(
        "attribution_gaps",
        gap_id=gap_id,
        kind=kind,
        kind_title=title,
        level="observation",
        rule_version=1,
        is_blocking=blocks,
        sets_field=field,
        sets_value=value,
        observation_id=observation_id,
        typology_id=typology,
        indicator_id=definition["indicator_id"],
        definition_version=definition["definition_version"],
        service_id=service and service["service_id"],
        period_start=period[1],
        period_end=period[2],
        evidence=f"{where}: {title.lower()}, {period[0]}.",
        evidence_locator="D0001, row 5",
        owner=owner,
        resolved_by="evidence",
        would_change_answer=matters,
        comparisons_changed=int(matters),
        opened_in_release=world.release_id,
    )
    if matters:
        _effects(world, gap_id, definition, period, typology, service)
    return gap_id


def _effects(world, gap_id, definition, period, typology, service) -> None:
    """One change of model that matters to an answer; and a kind that would, were every gap of it closed."""
    known = {
        "indicator_id": definition["indicator_id"],
        "definition_version": definition["definition_version"],
        "typology_id": typology,
        "period_start": period[1],
        "period_end": period[2],
        "comparison_id": "C1",
        "services_used": 120,
        "services_in_scope": 155,
    }
    world.add(
        "gap_effects", effect_id=f"{gap_id}|m", gap_id=gap_id, kind="S1", gaps=1, service_id=service["service_id"],
        model_id=MODELS[typology][0][0], effect="moves the median", median_before=10.0, median_after=10.5,
        services_used_after=121, **known,
    )  # fmt: skip
    world.add(
        "gap_effects", effect_id=f"{gap_id}|k", kind="E1", gaps=12, effect="reaches the coverage needed",
        services_used_after=132, **known,
    )  # fmt: skip


def _benchmark(world, definition, source_id, period, mean, typology) -> None:
    label, start, end = period
    observation_id = f"{definition['indicator_id']}|{source_id}|{label}|country"
    _observation(
        world,
        definition,
        source_id,
        period,
        observation_id,
        "country",
        "FICT00ENG",
        "Fictional England",
        round(mean * 2_000_000),
        2_000_000,
        definition["unit_base"] * mean,
        None,
    )
    gap_id = _gap(world, "U11", definition, period, observation_id, None, None)
    world.add(
        "attributions",
        observation_id=observation_id,
        typology_id=typology,
        indicator_id=definition["indicator_id"],
        definition_version=definition["definition_version"],
        area_type="country",
        area_code="FICT00ENG",
        period_start=start,
        period_end=end,
        attribution_status="not_attributable",
        comparability_status="comparable",
        disclosure_status="open",
        deciding_gap_id=gap_id,
        gaps=1,
    )


def _comparison(world, definition, source_id, period, typology, services, is_refused) -> None:
    label, start, end = period
    comparison_id = f"{definition['indicator_id']}|{source_id}|{label}|{typology}"
    if is_refused:
        for service in services:
            if service["is_used"] and world.random.random() < 0.4:
                service |= {
                    "is_used": False,
                    "model_id": None,
                    "group_label": "Unassigned",
                    "exclusion_kind": "E1",
                    "exclusion_reason": KINDS["E1"][0],
                }
    used = [service for service in services if service["is_used"]]
    unassigned = sum(service["exclusion_kind"] == "E1" for service in services)
    reason = (
        f"Refused: {len(used)} of {len(services)} services in scope can be used "
        f"({100 * len(used) // len(services)}%, at least 70% needed). "
        f"{unassigned} have no usable evidence of a structural model."
    )
    for model_id, model_label, order in MODELS[typology]:
        members = [service for service in used if service["model_id"] == model_id]
        values = [service["value"] for service in members]
        is_shown = bool(values) and not is_refused
        cuts = quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3 if values else [None] * 3
        pooled = (sum(s["numerator"] for s in members), sum(s["denominator"] for s in members)) if members else None
        world.add(
            "comparisons",
            comparison_id=comparison_id,
            indicator_id=definition["indicator_id"],
            definition_version=definition["definition_version"],
            source_id=source_id,
            period_start=start,
            period_end=end,
            period_label=label,
            period_type=definition["period_type"],
            typology_id=typology,
            model_id=model_id,
            model_label=model_label,
            model_order=order,
            services_in_scope=len(services),
            services_used=len(used),
            coverage=len(used) / len(services),
            group_services=len(members),
            median=median(values) if is_shown else None,
            lower_quartile=cuts[0] if is_shown else None,
            upper_quartile=cuts[2] if is_shown else None,
            minimum=min(values) if is_shown else None,
            maximum=max(values) if is_shown else None,
            pooled_numerator=pooled[0] if is_shown else None,
            pooled_denominator=pooled[1] if is_shown else None,
            pooled_value=definition["unit_base"] * pooled[0] / pooled[1] if is_shown else None,
            is_shown=is_shown,
            is_refused=is_refused,
            is_testable=len(members) >= 10,
            refusal_reason=reason if is_refused else None,
        )
    for service in services:
        # One service has its figure from another dataset.
        of = "test__another_table" if service in used[:1] else source_id
        world.add("comparison_services", comparison_id=comparison_id, **{"source_id": of} | service)
    if is_refused:
        world.add(
            "attribution_gaps",
            gap_id=f"Z6|{comparison_id}",
            kind="Z6",
            kind_title=KINDS["Z6"][0],
            level="group",
            rule_version=1,
            is_blocking=False,
            sets_field="none",
            typology_id=typology,
            indicator_id=definition["indicator_id"],
            definition_version=definition["definition_version"],
            period_start=start,
            period_end=end,
            evidence=reason,
            owner="data team",
            resolved_by="more evidence",
            would_change_answer=False,
            comparisons_changed=0,
            opened_in_release="2026.0",
        )


def _deliveries(world: World) -> None:
    sources = sorted({row["source_id"] for row in world.tables["observations"]})
    for place, source_id in enumerate(sources, start=1):
        landed = sum(row["source_id"] == source_id for row in world.tables["observations"])
        world.add(
            "deliveries",
            delivery_id=f"D{place:04}",
            file_name=f"{source_id}.csv",
            source_id=source_id,
            recognised_by="signature",
            verdict="accepted",
            reason="everything in it was sound",
            period_start=date(2021, 4, 1),
            period_end=date(2022, 3, 31),
            areas=155,
            rows_read=landed,
            cells_in=landed + 60,
            cells_landed=landed,
            cells_quarantined=0,
            cells_out_of_scope=60,
            rows_landed=landed,
            published_at=datetime(2025, 1, 30),
            recorded_at=datetime(2026, 11, 20, 8, place),
        )
    world.add(
        "deliveries",
        delivery_id="D0007",
        file_name="kpi_10_victims_2024.csv",
        source_id=sources[0],
        recognised_by="signature",
        verdict="accepted_in_part",
        reason="1 of 120 cells was set aside",
        period_start=date(2024, 4, 1),
        period_end=date(2025, 3, 31),
        areas=20,
        rows_read=60,
        cells_in=120,
        cells_landed=119,
        cells_quarantined=1,
        cells_out_of_scope=0,
        rows_landed=20,
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "deliveries",
        delivery_id="D0008",
        file_name="neet and participation final FINAL (2).xlsx",
        source_id=None,
        verdict="refused",
        recorded_at=datetime(2026, 11, 20, 9, 5),
        cells_in=0,
        cells_landed=0,
        cells_quarantined=0,
        cells_out_of_scope=0,
        rows_landed=0,
        reason="No declared dataset has this header; nearest: dfe__participation_16_to_17 (9 of 14 columns).",
    )
    world.add(
        "quarantined_rows",
        delivery_id="D0007",
        source_id=sources[0],
        row=17,
        column="total",
        value="tbc",
        rule="number_not_numeric",
        reason="'tbc' stands in a number column",
        remedy="correct the cell at source",
        cells=1,
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "delivery_warnings",
        delivery_id="D0007",
        source_id=sources[0],
        stage="indicators",
        severity="warning",
        rule="value_jumped",
        row=18,
        column="total",
        value="47",
        reason="47 after 12 the quarter before; no other service comes near",
        remedy="ask the service",
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "delivery_warnings",
        delivery_id="D0007",
        source_id=sources[0],
        stage="identities",
        severity="note",
        rule="rate_outside_its_parts",
        reason="outside its parts; waived by A. Quill on 2026-11-02 until 2026-12-31: the publisher said why (W-1)",
        remedy="ask the publisher",
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "decisions",
        decision_id="W-1",
        decision_kind="waive_check",
        subject="rate_outside_its_parts",
        decided_by="A. Quill",
        decided_on=date(2026, 11, 2),
        reason="the publisher said why",
        until=date(2026, 12, 31),
        recorded_at=datetime(2026, 11, 3),
    )
    for service in world.tables["services"][:20]:
        world.add(
            "expected_deliveries",
            source_id=sources[0],
            area_type="youth_justice_service",
            area_code=service["service_id"],
            area_name=service["service_name"],
            period_start=date(2025, 1, 1),
            period_end=date(2025, 3, 31),
            period_type="financial_quarter",
            period_label="2024Q4",
            late_after=date(2025, 5, 21),
            status="missing" if service["service_id"].endswith("7") else "received",
            is_late=service["service_id"].endswith("7"),
            chase="the data lead of the service",
        )
