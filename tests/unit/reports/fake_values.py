"""Services of a made release, their values, how these are attributed, and what is missing."""

from __future__ import annotations

from tests.unit.reports.fake_comparisons import comparison
from tests.unit.reports.fake_facts import KINDS, LABELS, MODELS, SHARES, TYPOLOGIES
from tests.unit.reports.fake_world import World

ENDS, MIDDLES = (
    ["Ash", "Bram", "Cor", "Dun", "Eld", "Fen", "Gar", "Hol", "Ing", "Jor", "Kel", "Lorn", "Mar", "Nor", "Oak"],
    ["bury", "combe", "dale", "ford", "garth", "ham", "leigh", "mere", "ness", "over", "stow"],
)


def frame(world: World, services: int, *, evidenced: bool) -> None:
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


def indicator(
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
        comparison(world, definition, source_id, (label, start, end), typology, services, label in refused)


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
