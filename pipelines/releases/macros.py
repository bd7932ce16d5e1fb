"""The macros that a release's DuckDB file offers to a person who queries it: what each needs, does and is called.

What belongs here: the macros and adding them. What does not: tables (database.py), and the long text of one
(macro_explain.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.releases.macro_explain import EXPLAIN
from pipelines.releases.quoted import identifier

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Macro:
    """A macro of a release.

    Attributes:
        name: what a query calls it.
        call: how it is called, for the dictionary.
        about: what it gives, and what to mind; also its comment in the file.
        sql: the statement that makes it.
        needs: the tables it reads, and of these the columns whose absence would keep it from being made; a release
            without them does not have it.
        gives_rows: whether it stands after `from`; the others stand where a value does.
    """

    name: str
    call: str
    about: str
    sql: str
    needs: Mapping[str, Collection[str]]
    gives_rows: bool = True


AS_KNOWN_ON = Macro(
    "as_known_on",
    "from as_known_on('2026-01-31')",
    "Observations as they were known at the end of a day. Rows learnt later are left out and rows replaced later are "
    "there. is_current and is_withdrawn speak of today, not of that day. A value that this warehouse summed itself "
    "(is_derived) is kept as it is today: where an input changed since, it is left out.",
    """
create macro as_known_on(day) as table
select * from observations
where recorded_at::date <= day::date and (superseded_at is null or superseded_at::date > day::date)
""",
    {"observations": ("recorded_at", "superseded_at")},
)

_Z = """(
        case level
            when 0.95 then 1.959963984540054 when 0.998 then 3.090232306167813
            else error('wilson: the level is 0.95 or 0.998.')
        end
    )"""
# Wilson EB (1927), J Am Stat Assoc 22:209-212, as in pipelines/statistics/wilson.py; tested to be equal to it.
WILSON = Macro(
    "wilson",
    "select wilson(65, 100).lower, wilson(65, 100, level := 0.998).upper",
    "Wilson score limits of x out of n as shares of one, lower and upper, at the level 0.95 or 0.998. Null where x or "
    "n is null; an error where it is no proportion (n of 0 or less, x below 0 or above n), so filter with where "
    "denominator > 0. They tell of chance in one place's count, not of how places of one model differ.",
    f"""
create macro wilson(x, n, level := 0.95) as case
    when x is null or n is null then null
    when n <= 0 or x < 0 or x > n
        then error('wilson(' || x || ', ' || n || '): no proportion; x must lie from 0 to n and n above 0.')
    else struct_pack(
        lower := case when x = 0 then 0.0 else
            (2 * x + {_Z} ** 2 - {_Z} * sqrt({_Z} ** 2 + 4 * x * (1 - x / n::double))) / (2 * (n + {_Z} ** 2)) end,
        upper := case when x = n then 1.0 else
            (2 * x + {_Z} ** 2 + {_Z} * sqrt({_Z} ** 2 + 4 * x * (1 - x / n::double))) / (2 * (n + {_Z} ** 2)) end
    )
end
""",
    {},
    gives_rows=False,
)

COMPARE = Macro(
    "compare",
    "from compare('first_time_entrants_10_to_17_per_100k', 'yjb_2024')",
    "An indicator by structural model of a typology, oldest period first, each model in the typology's own order: the "
    "typical service (median, quartiles, mean), all children pooled, and partially pooled (random_effects), with "
    "services used of those in scope. p_value is that of the whole comparison, permuted over services; q_value allows "
    "for the other indicators of its family. Pairs of models, and the difference that could have been seen, are in "
    "comparison_pairs. A comparison that is refused has no figures and its reason in refusal_reason. It describes; it "
    "does not judge what worked. An indicator or typology that is not compared is an error.",
    """
create macro compare(indicator, typology) as table
with compared as (
    select * from comparisons where indicator_id = indicator and typology_id = typology
)
select *
from (
    select
        period_label, compared.period_start, compared.period_end, compared.definition_version, model_id, model_label,
        group_services,
        case when not is_refused then median end as median,
        case when not is_refused then lower_quartile end as lower_quartile,
        case when not is_refused then upper_quartile end as upper_quartile,
        case when not is_refused then mean end as mean,
        case when not is_refused then pooled_value end as pooled_value,
        case when not is_refused then random_effects_mean end as random_effects_mean,
        case when not is_refused then random_effects_lower_95 end as random_effects_lower_95,
        case when not is_refused then random_effects_upper_95 end as random_effects_upper_95,
        case when not is_refused then i_squared end as i_squared,
        compared.services_used, compared.services_in_scope, p_value, q_value, tests_in_family, claim_level,
        not_tested_reason, refusal_reason, compared.comparison_id, compared.source_id, model_order
    from compared left join comparison_tests using (comparison_id)
    union all by name
    select error('No comparison of ' || indicator || ' in ' || typology || '. ' || coalesce(
        'That indicator is compared in ' || (
            select string_agg(distinct typology_id, ', ' order by typology_id) from comparisons
            where indicator_id = indicator
        ) || '.',
        'The table comparisons lists what is compared.'
    )) as comparison_id
    where not exists (from compared)
)
order by period_start, period_end, definition_version, source_id, model_order
""",
    {
        "comparisons": ("median", "mean", "random_effects_mean", "i_squared", "is_refused", "model_order"),
        "comparison_tests": ("p_value", "q_value", "tests_in_family", "claim_level", "not_tested_reason"),
    },
)

EXPLAINED = Macro(
    "explain",
    "from explain('first_time_entrants_10_to_17_per_100k', 'Vorkorvex', 'latest')",
    "One number as rows of part, item and text: the number, its definition, the delivery with sheet and row, what "
    "stood there before, checks that spoke of its row, attribution, structure with evidence, gaps and comparisons. The "
    "area is a code, a service_id or a name; the period a label as published, a day within it or latest; breakdown := "
    "'all' takes another breakdown_id. A number that is not there is an error that lists the periods there are.",
    EXPLAIN,
    {
        "observations": ("overruled_by", "derived_from", "interval_method", "window_start"),
        "indicators": ("counted_by", "citation"),
        "services": ("service_name",),
        "authorities": ("area_name",),
        "deliveries": ("sha256",),
        "delivery_warnings": ("reason",),
        "attributions": ("attribution_status",),
        "structures": ("evidence",),
        "attribution_gaps": ("closed_in_release",),
        "comparison_services": ("exclusion_reason",),
        "comparisons": ("refusal_reason",),
    },
)

MACROS = (AS_KNOWN_ON, COMPARE, EXPLAINED, WILSON)

IN_USE = "Open the file itself, or USE it after ATTACH: a macro looks for its tables in the database in use."


def possible(tables: Mapping[str, Collection[str]]) -> list[Macro]:
    """The macros that a release with these tables, each with its columns, can have.

    Args:
        tables: names of columns by name of table.
    """
    return [
        macro
        for macro in MACROS
        if all(table in tables and set(columns) <= set(tables[table]) for table, columns in macro.needs.items())
    ]


def add_macros(connection: duckdb.DuckDBPyConnection, macros: Iterable[Macro]) -> None:
    """Make the macros in the database in use, each with its comment, and no other. Their tables must be there."""
    for name, kind in connection.execute(
        "select distinct function_name, function_type from duckdb_functions()"
        " where database_name = current_database() and not internal"
    ).fetchall():
        connection.execute(f"drop {'macro table' if kind == 'table_macro' else 'macro'} {identifier(name)}")
    for macro in macros:
        connection.execute(macro.sql)
        about = f"{macro.about} {IN_USE}" if macro.gives_rows else macro.about
        kind = "macro table" if macro.gives_rows else "macro"
        text = about.replace("'", "''")
        connection.execute(f"comment on {kind} {macro.name} is '{text}'")


def described(macros: Iterable[Macro]) -> list[str]:
    """The macros in print, as lines of Markdown; none where there are none."""
    lines: list[str] = []
    for macro in macros:
        lines += [f"### {macro.name}", "", "```sql", macro.call, "```", "", macro.about, ""]
    return ["", "## Macros", "", f"In `dovetail.duckdb`. {IN_USE}", "", *lines[:-1]] if lines else []
