"""Rows of the statistical tables for the fictional release: plausible in shape, computed by no method that counts.

Every kind of row that a page must show stands here once: tests that may and may not be spoken of, a warning, a funnel
drawn and one refused, a trend of each word, a ratio refused for few events.
"""

from __future__ import annotations

from datetime import date
from statistics import mean, median, pstdev

CLASSES = ("county", "unitary", "metropolitan", "London")
CONTESTED = "s_004"


def add(world) -> None:
    """Rows for every comparison, indicator and place of the world."""
    _comparisons(world)
    _benchmarks(world)
    _funnels(world)
    _disproportionality(world)
    _model_changes(world)


def _stratum(service_id: str) -> tuple[str, str]:
    place = int(service_id.removeprefix("s_"))
    return ("Wales", "unitary") if place % 9 == 8 else ("England", CLASSES[place % 4])


def _comparisons(world) -> None:
    members: dict[tuple[str, str], list[dict]] = {}
    for row in world.tables["comparison_services"]:
        row["nation"], row["authority_class"] = _stratum(row["service_id"])
        row["stratum"] = f"{row['nation']}|{row['authority_class']}"
        if row["is_used"]:
            row["stabilised_value"] = row["value"] * 0.98
            members.setdefault((row["comparison_id"], row["model_id"]), []).append(row)
    by_comparison: dict[str, list[dict]] = {}
    for row in world.tables["comparisons"]:
        if not row["is_refused"]:
            by_comparison.setdefault(row["comparison_id"], []).append(row)
    for comparison_id, models in by_comparison.items():
        shown = []
        for model in models:
            used = members.get((comparison_id, model["model_id"]), [])
            if used:
                _model(world, model, used)
                shown.append((model, used))
        _test(world, comparison_id, shown)


def _model(world, model: dict, used: list[dict]) -> None:
    values = [row["value"] for row in used]
    middle, spread = mean(values), pstdev(values)
    model |= {
        "mean": middle,
        "random_effects_mean": middle * 0.99,
        "random_effects_lower_95": middle * 0.93,
        "random_effects_upper_95": middle * 1.06,
        "prediction_lower_95": max(0.0, middle - 2 * spread) if len(values) > 2 else None,
        "prediction_upper_95": middle + 2 * spread if len(values) > 2 else None,
        "tau": 0.31,
        "i_squared": 87.4,
        # A model without a service in one of the classes is not adjusted.
        "adjusted_mean": middle * 1.02 if len(values) > 10 else None,
        "adjusted_strata": 5,
    }
    for nation, kind in sorted({_stratum(row["service_id"]) for row in used}):
        of = [row["value"] for row in used if _stratum(row["service_id"]) == (nation, kind)]
        is_shown = len(of) >= 5
        world.add(
            "comparison_strata",
            comparison_id=model["comparison_id"],
            model_id=model["model_id"],
            nation=nation,
            authority_class=kind,
            services=len(of),
            median=median(of) if is_shown else None,
            mean=mean(of) if is_shown else None,
            pooled_value=mean(of) * 0.97 if is_shown else None,
        )
    world.add(
        "comparison_sensitivity",
        comparison_id=model["comparison_id"],
        variant="leave_one_out",
        model_id=model["model_id"],
        services=len(values),
        median_low=model["median"] * 0.99,
        median_high=model["median"] * 1.01,
        mean_low=middle * 0.98,
        mean_high=middle * 1.02,
        pooled_low=model["pooled_value"] * 0.96,
        pooled_high=model["pooled_value"] * 1.03,
        most_moving_service=max(used, key=lambda row: row["denominator"])["service_id"],
    )


def _test(world, comparison_id: str, shown: list[tuple[dict, list[dict]]]) -> None:
    first = shown[0][0]
    tested = [(model, used) for model, used in shown if model["is_testable"]]
    # One comparison may be said to show that groups differ; one warns that the estimands disagree.
    says = first["indicator_id"] == "first_time_entrants_10_to_17_per_100k" and first["period_label"] == "2023"
    pairs = [(a, b) for place, a in enumerate(tested) for b in tested[place + 1 :]]
    values = [row["value"] for _, used in tested for row in used]
    world.add(
        "comparison_tests",
        **{name: first[name] for name in (
            "comparison_id", "indicator_id", "definition_version", "source_id", "typology_id", "period_start",
            "period_end", "services_used", "services_in_scope",
        )},
        services_tested=len(values),
        models_tested=len(tested),
        strata=5,
        statistic=14.2,
        p_value=0.0021 if says else 0.412,
        q_value=0.0084 if says else 0.63,
        family=f"{first['typology_id']} {first['period_type']} {first['period_label']}",
        tests_in_family=4,
        pairs_tested=len(pairs),
        draws=9999,
        is_exact=False,
        seed=20080404,
        claim_level=2 if says else 0,
        spread_between=0.12 * pstdev(values),
        spread_within=0.97 * pstdev(values),
        share_between=0.015,
        is_simpson_warning=says,
        simpson_note=(
            "For one pair of models the median of services is higher in the first and the pooled value in the second."
            if says
            else None
        ),
    )  # fmt: skip
    for (a, of_a), (b, of_b) in pairs:
        world.add(
            "comparison_pairs",
            comparison_id=comparison_id,
            model_a=a["model_id"],
            model_b=b["model_id"],
            services_a=len(of_a),
            services_b=len(of_b),
            difference_typical=a["median"] - b["median"],
            difference_mean=a["mean"] - b["mean"],
            difference_pooled=a["pooled_value"] - b["pooled_value"],
            difference_random_effects=a["random_effects_mean"] - b["random_effects_mean"],
            p_value=0.04,
            p_adjusted=0.24,
            draws=9999,
            is_exact=False,
            seed=20080404,
            detectable_difference=0.65 * pstdev(values),
            detectable_difference_adjusted=0.85 * pstdev(values),
            estimands_disagree=(a["median"] - b["median"]) * (a["pooled_value"] - b["pooled_value"]) < 0,
        )
    for counted_as in [model["model_id"] for model, _ in tested][:2]:
        for model, used in tested:
            world.add(
                "comparison_sensitivity",
                comparison_id=comparison_id,
                variant=f"contested:{CONTESTED}:{counted_as}",
                model_id=model["model_id"],
                services=len(used) + (model["model_id"] == counted_as),
                median=model["median"],
                mean=model["mean"],
                pooled_value=model["pooled_value"],
                p_value=0.39,
            )


def _benchmarks(world) -> None:
    countries = {
        (row["indicator_id"], row["period_end"]): row
        for row in world.tables["observations"]
        if row["area_type"] == "country"
    }
    polarity = {row["indicator_id"]: row["polarity"] for row in world.tables["indicators"]}
    latest: dict[str, date] = {}
    for row in world.tables["observations"]:
        latest[row["indicator_id"]] = max(latest.get(row["indicator_id"], row["period_end"]), row["period_end"])
    words = ("increasing", "decreasing", "no_significant_change", "cannot_be_calculated")
    for number, row in enumerate(world.tables["observations"]):
        if row["area_type"] == "country":
            continue
        country = countries[row["indicator_id"], row["period_end"]]
        result, reason = _result(row, country["value"])
        better = {"high": "higher", "low": "lower"}.get(polarity[row["indicator_id"]])
        for benchmark, label, value in (
            ("england", "Fictional England", country["value"]),
            ("neighbours", "10 statistical neighbours, 2024", country["value"] * 1.02),
        ):
            judged = result in ("higher", "lower") and better
            world.add(
                "benchmarks",
                observation_id=row["observation_id"],
                benchmark=benchmark,
                **{name: row[name] for name in (
                    "indicator_id", "definition_version", "area_type", "area_code", "period_start", "period_end",
                    "value",
                )},
                benchmark_code="FICT00ENG" if benchmark == "england" else "n_2024",
                benchmark_label=label,
                benchmark_value=value,
                statistic="published" if benchmark == "england" else "median",
                n_expected=10 if benchmark == "neighbours" else None,
                n_contributing=8 if benchmark == "neighbours" else None,
                missing=["Jorstow", "Oakstow"] if benchmark == "neighbours" else [],
                vintage=date(2024, 1, 1) if benchmark == "neighbours" else None,
                includes_area=benchmark == "england",
                result=result,
                judgement=("better" if result == better else "worse") if judged else None,
                reason=reason,
            )  # fmt: skip
        if row["period_end"] == latest[row["indicator_id"]]:
            trend = words[number % 4]
            world.add(
                "trends",
                **{name: row[name] for name in ("area_type", "area_code", "indicator_id", "definition_version")},
                method="five_point",
                points=2,
                first_period_start=row["period_start"],
                last_period_end=row["period_end"],
                trend=trend,
                judgement=None,
                reason="under five annual points" if trend == "cannot_be_calculated" else None,
            )


def _result(row: dict, benchmark: float) -> tuple[str, str | None]:
    if row["lower_95"] is None:
        return "not_compared", "no interval: the value is not published"
    if row["upper_95"] < benchmark:
        return "lower", None
    return ("higher", None) if row["lower_95"] > benchmark else ("similar", None)


def _funnels(world) -> None:
    for definition in world.tables["indicators"]:
        rows = [
            row
            for row in world.tables["observations"]
            if row["indicator_id"] == definition["indicator_id"] and row["area_type"] != "country"
        ]
        end = max(row["period_end"] for row in rows)
        rows = [row for row in rows if row["period_end"] == end and row["value"] is not None and row["denominator"]]
        is_refused = definition["programme"] == "PSA 14"
        funnel_id = f"funnel|{definition['indicator_id']}|{end}"
        target = sum(row["value"] for row in rows) / len(rows)
        world.add(
            "funnels",
            funnel_id=funnel_id,
            indicator_id=definition["indicator_id"],
            definition_version=definition["definition_version"],
            source_id=rows[0]["source_id"],
            area_type="youth_justice_service",
            period_start=rows[0]["period_start"],
            period_end=end,
            units=len(rows),
            target=None if is_refused else target,
            transform="arcsine_sqrt" if definition["measure"] == "proportion" else "log",
            phi=None if is_refused else 3.21,
            tau_squared=None if is_refused else 0.04,
            is_overdispersed=None if is_refused else True,
            winsorised_share=0.1,
            refusal_reason="a place expects fewer than one event" if is_refused else None,
        )
        if is_refused:
            continue
        for row in rows:
            wide = 3 * target / row["denominator"] ** 0.5 if definition["measure"] == "proportion" else (
                target * (1e5 / target / row["denominator"]) ** 0.5
            )  # fmt: skip
            limits = {
                f"{side}_{level}": max(0.0, target + sign * factor * wide)
                for side, sign in (("lower", -1), ("upper", 1))
                for level, factor in (("95", 1.96), ("998", 3.09))
            }
            away = abs(row["value"] - target) / wide
            position = "outside_998" if away > 6.2 else "outside_95" if away > 3.9 else "inside"
            world.add(
                "funnel_points",
                funnel_id=funnel_id,
                observation_id=row["observation_id"],
                area_code=row["area_code"],
                value=row["value"],
                denominator=row["denominator"],
                **limits,
                **{f"adjusted_{name}": max(0.0, target + 2 * (limit - target)) for name, limit in limits.items()},
                z=away,
                adjusted_z=away / 2,
                position=position,
                adjusted_position=position,
            )


def _disproportionality(world) -> None:
    row = next(row for row in world.tables["observations"] if row["area_type"] == "country")
    shared = {name: row[name] for name in (
        "area_type", "area_code", "indicator_id", "definition_version", "period_start", "period_end",
    )}  # fmt: skip
    world.add(
        "disproportionality", **shared, group_breakdown="ethnicity:black", reference_breakdown="ethnicity:white",
        stage="custody", preceding_stage="sentenced", group_events=40, group_base=400, reference_events=100,
        reference_base=2000, ratio=2.0, lower_95=1.41, upper_95=2.84, difference=5.0,
        difference_unit="percentage points", expected_at_reference=20.0,
    )  # fmt: skip
    world.add(
        "disproportionality", **shared, group_breakdown="ethnicity:mixed", reference_breakdown="ethnicity:white",
        stage="custody", preceding_stage="sentenced", group_events=3, group_base=90, reference_events=100,
        reference_base=2000, refusal_reason="fewer than five events in a group",
    )  # fmt: skip


def _model_changes(world) -> None:
    rows = {(row["indicator_id"], row["area_code"], row["period_label"]): row for row in world.tables["observations"]}
    before, after = (rows["first_time_entrants_10_to_17_per_100k", "s_010", year] for year in ("2022", "2023"))
    shared = {
        "indicator_id": before["indicator_id"], "definition_version": before["definition_version"],
        "service_id": "s_010", "typology_id": "yjb_2024", "to_model_id": "umbrella", "from_model_id": "directorate",
        "periods_before": 1, "periods_across": 0, "periods_after": 1,
    }  # fmt: skip
    world.add(
        "model_changes", change_id="c1", changed_on=date(2023, 1, 1), precision="month", is_shown=True,
        before_observation_id=before["observation_id"], before_value=before["value"],
        before_period_start=before["period_start"], before_period_end=before["period_end"],
        after_observation_id=after["observation_id"], after_value=after["value"],
        after_period_start=after["period_start"], after_period_end=after["period_end"],
        breaks=["2023-01-01 New counting"], other_events=["Joined with its neighbour, 2023"], **shared,
    )  # fmt: skip
    world.add(
        "model_changes", change_id="c2", changed_on=date(2024, 1, 1), precision="day", is_shown=False,
        breaks=[], other_events=[], refusal_reason="no figure after the change", **shared,
    )  # fmt: skip
