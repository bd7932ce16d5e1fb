"""Rules broken on purpose in the compiled SQL: the oracle must see each of them."""

# What is broken -> (dbt model, what it says, what it says instead).
MUTANTS: dict[str, tuple[str, str, str]] = {
    "credit is forgotten": (
        "int_observation_gaps",
        'union all\n    select * from "warehouse"."internal"."int_gaps_credit"',
        "",
    ),
    "a window ends a day early": (
        "int_service_windows",
        "coalesce(structures.valid_from, date '0001-01-01') <= coalesce(windows.window_end",
        "coalesce(structures.valid_from, date '0001-01-01') < coalesce(windows.window_end",
    ),
    "a plan is in force": (
        "int_structure_claims",
        "assertions.tenure in ('in_force', 'interim')",
        "assertions.tenure in ('in_force', 'interim', 'planned')",
    ),
    "a dropped plan counts": ("int_service_windows", "and not assertions.is_dropped", ""),
    "an open claim never ends": ("int_structure_claims", "and waiting.after_day < starts.day", "and false"),
    "nobody may decide": (
        "int_structures",
        "decisions.decision_kind = 'resolve_conflict'",
        "decisions.decision_kind = 'nothing'",
    ),
    "a missing member is no matter": ("int_gaps_unit", "missing_members is not null", "false"),
    "evidence grows stale until today": (
        "int_service_windows",
        "least(structures.valid_to, windows.window_end) as relied_on_until",
        "current_date as relied_on_until",
    ),
    "evidence of just so many months is stale": (
        "int_window_gaps",
        "where relied_on_until > stale_after",
        "where relied_on_until >= stale_after",
    ),
    "a model is new for a day more": (
        "int_window_gaps",
        "changes.changed_on > windows.early_since",
        "changes.changed_on >= windows.early_since",
    ),
    "a successor inherits nothing": (
        "int_service_authorities",
        "memberships.valid_to = successions.change_date - 1",
        "memberships.valid_to = successions.change_date - 2",
    ),
    "an authority has one service, whatever registers say": (
        "int_area_windows",
        "when services > 1 then",
        "when services > 2 then",
    ),
    "what came last counts": (
        "int_delivery_coverage",
        "order by said_at, recorded_at",
        "order by recorded_at, said_at",
    ),
    "a conflict gives way to a plan": ("int_gaps_weighed", "when 'contested' then 2", "when 'contested' then 6"),
    "outcomes need no time": ("int_observations", "coalesce(indicators.window_months_after, 0)", "0"),
    "a tie of versions is a difference": (
        "int_gaps_measure",
        "qualify areas < max(areas)",
        "qualify areas <= max(areas)",
    ),
    "a copied figure counts twice": (
        "int_derived_observations",
        "then members else 1 end as times",
        "then 1 else 1 end as times",
    ),
}
