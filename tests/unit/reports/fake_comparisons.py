"""Comparisons of a made release: shown, or refused with the reason."""

from __future__ import annotations

from statistics import median, quantiles

from tests.unit.reports.fake_facts import KINDS, MODELS


def comparison(world, definition, source_id, period, typology, services, is_refused) -> None:
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
