"""Each rule of the translation, by what it writes. That this means the same is shown on the engine itself."""

import pytest
from sqlglot import exp

from pipelines.distributed.dialect.text import accents
from pipelines.distributed.dialect.written import NotTranslatable
from pipelines.distributed.translation import probe_of_steps, translate

KINDS = {
    "d": "date", "e": "date", "n": "bigint", "x": "double", "t": "varchar", "u": "varchar", "b": "boolean",
    "l": "varchar[]", "m": "varchar[]",
}  # fmt: skip


def said(sql: str) -> str:
    """In the engine's words, on one line, without the names of the table and the quotes around others."""
    columns = {name: exp.DataType.build(kind, dialect="duckdb") for name, kind in KINDS.items()}
    found = " ".join(translate(sql, lambda _schema, _table: columns).split())
    for noise in ("`main`.`a`", "`a`."):
        found = found.replace(noise, "a" if noise.startswith("`main") else "")
    return found.replace("`", "").replace("( ", "(").replace(" )", ")")


def said_of(expression: str) -> str:
    return said(f"select {expression} as r from main.a").removeprefix("SELECT ").removesuffix(" AS r FROM a AS a")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("d - e", "DATEDIFF(d, e)"),
        ("d + 1 - e", "DATEDIFF(DATE_ADD(d, CAST(1 AS INT)), e)"),
        ("greatest(d, e) - e + 1", "DATEDIFF(GREATEST(d, e), e) + 1"),
        ("d - n", "DATE_ADD(d, -CAST(n AS INT))"),
        ("cast(d - to_months(2) as date)", "CAST(ADD_MONTHS(CAST(d AS DATE), -CAST(2 AS INT)) AS DATE)"),
        ("d + interval 1 year", "ADD_MONTHS(CAST(d AS DATE), CAST(12 AS INT))"),
        ("date_trunc('month', d)", "MAKE_DATE(YEAR(d), MONTH(d), 1)"),
        ("date_trunc('year', d)", "MAKE_DATE(YEAR(d), 1, 1)"),
        ("date_diff('day', d, e)", "DATEDIFF(e, d)"),
        ("datediff('month', d, e)", "((YEAR(e) * 12 + MONTH(e)) - (YEAR(d) * 12 + MONTH(d)))"),
        ("strftime(d, '%B %Y')", "DATE_FORMAT(d, 'MMMM yyyy')"),
        ("n / 12.0", "CAST(n AS DOUBLE) / CAST('12.0' AS DOUBLE)"),
        ("x / x", "x / x"),
        ("n * 0.5", "n * CAST('0.5' AS DOUBLE)"),
        ("n // 2", "((n) DIV (2))"),
        ("round(x)", "ROUND(x)"),
        ("round(x, 2)", "(ROUND((x) * POWER(CAST(10 AS DOUBLE), 2)) / POWER(CAST(10 AS DOUBLE), 2))"),
        ("cast(x as integer)", "CAST(RINT(CAST(x AS DOUBLE)) AS INT)"),
        ("cast(n as integer)", "CAST(n AS INT)"),
        ("t || n || d", "CONCAT(CONCAT(t, CAST(n AS STRING)), CAST(d AS STRING))"),
        ("concat_ws('|', t, d)", "CONCAT_WS('|', t, CAST(d AS STRING))"),
        ("string_split(t, '|')", "SPLIT(t, '[|]')"),
        ("regexp_replace(t, '[^a-z]+', ' ', 'g')", "REGEXP_REPLACE(t, '[^a-z]+', ' ')"),
        ("regexp_replace(t, 'a$', '')", "REGEXP_REPLACE(t, 'a$', '')"),
        ("regexp_matches(t, 'a')", "REGEXP_LIKE(t, 'a')"),
        ("regexp_full_match(t, 'a|b')", "REGEXP_LIKE(t, '^(?:a|b)$')"),
        ("len(t)", "LENGTH(t)"),
        ("len(l)", "ARRAY_SIZE(l)"),
        ("len(list_filter(l, lambda k: k <> t))", "ARRAY_SIZE(FILTER(l, k -> k <> t))"),
        ("l[1]", "GET(l, 0)"),
        ("l[n + 1]", "GET(l, CAST((n + 1) AS INT) - 1)"),
        ("list_slice(l, 1, 20)", "SLICE(l, 1, GREATEST(CAST((20) AS INT) - (1) + 1, 0))"),
        ("list_distinct(l)", "ARRAY_DISTINCT(ARRAY_COMPACT(l))"),
        ("list_append(l, t)", "ARRAY_APPEND(COALESCE(l, ARRAY()), t)"),
        ("list_concat(l, m)", "CONCAT(COALESCE(l, ARRAY()), COALESCE(m, ARRAY()))"),
        ("list_sort(l)", "ARRAY_SORT(l)"),
        ("any_value(t)", "ANY_VALUE(t, TRUE)"),
        ("median(x) filter (where b)", "PERCENTILE(CASE WHEN b THEN x END, 0.5)"),
        ("quantile_cont(x, 0.25)", "PERCENTILE(x, 0.25)"),
        ("arg_max(t, d) filter (where b)", "MAX_BY(t, CASE WHEN b THEN d END)"),
        ("count(*) filter (where b)", "COUNT(*) FILTER(WHERE b)"),
        (
            "count(*) filter (where b) over (partition by t)",
            "COUNT(CASE WHEN b THEN 1 END) OVER (PARTITION BY t)",
        ),
        (
            "max(n) filter (where b) over (partition by t)",
            "MAX(CASE WHEN b THEN n END) OVER (PARTITION BY t)",
        ),
        (
            "list_sort(list(distinct t))",
            "ARRAY_SORT(ARRAY_DISTINCT(TRANSFORM(COLLECT_LIST(NAMED_STRUCT('value', t)), item -> item.value)))",
        ),
    ],
)  # fmt: skip
def test_an_expression_is_said_so(ours: str, theirs: str) -> None:
    assert said_of(ours) == theirs


def test_the_first_by_keys_is_the_least_struct_with_keys_in_their_order_and_nulls_last() -> None:
    assert said_of("first(t order by d desc, n)") == (
        "MIN(NAMED_STRUCT('missing_0', (d IS NULL), 'key_0', -UNIX_DATE(d), "
        "'missing_1', (n IS NULL), 'key_1', n, 'value', t)).value"
    )
    assert "(NOT (n IS NULL))" in said_of("first(t order by n nulls first)")
    assert said_of("first(t order by n) filter (where b)").startswith("MIN(CASE WHEN b THEN NAMED_STRUCT(")


def test_a_descending_text_is_ordered_by_its_letters_from_the_far_end() -> None:
    assert "-ASCII(letter)" in said_of("first(t order by u desc)")


def test_a_list_keeps_its_nulls_and_is_null_when_its_filter_leaves_nothing() -> None:
    assert said_of("list(t order by n)") == (
        "TRANSFORM(ARRAY_SORT(COLLECT_LIST(NAMED_STRUCT('missing_0', (n IS NULL), 'key_0', n, 'value', t))), "
        "item -> item.value)"
    )
    some = "TRANSFORM(COLLECT_LIST(NAMED_STRUCT('value', t)) FILTER(WHERE b), item -> item.value)"
    assert said_of("list(t) filter (where b)") == f"CASE WHEN ARRAY_SIZE({some}) > 0 THEN {some} END"


def test_texts_joined_leave_nulls_out() -> None:
    found = said_of("string_agg(t, ', ' order by n) filter (where b)")
    assert "FILTER(WHERE (b) AND NOT (t IS NULL))" in found
    assert found.startswith("ARRAY_JOIN(CASE WHEN ARRAY_SIZE(TRANSFORM(ARRAY_SORT(")


def test_a_floating_point_number_in_a_text_is_written_out_in_digits() -> None:
    found = said_of("t || x")
    assert "DECIMAL(38, 18)" in found
    assert said_of("cast(x as varchar)") in found


def test_a_list_that_holds_a_null_does_not_hold_what_it_does_not_hold() -> None:
    assert said_of("list_contains(l, t)") == (
        "COALESCE(ARRAY_CONTAINS(l, t), CASE WHEN NOT ((l IS NULL) OR (t IS NULL)) THEN FALSE END)"
    )
    assert said_of("l && m") == (
        "COALESCE(ARRAYS_OVERLAP(l, m), CASE WHEN NOT ((l IS NULL) OR (m IS NULL)) THEN FALSE END)"
    )


def test_nulls_are_last_in_every_order() -> None:
    assert "ORDER BY n NULLS LAST" in said_of("row_number() over (partition by t order by n)")
    assert "ORDER BY n DESC)" in said_of("row_number() over (order by n desc)")


def test_a_filter_on_a_window_goes_around_the_select_with_the_same_columns() -> None:
    found = said("select t from main.a qualify row_number() over (partition by t order by n) = 1")
    assert found.startswith("SELECT judged.t FROM (SELECT t AS t, ROW_NUMBER() OVER")
    assert found.endswith("AS is_kept FROM a AS a) AS judged WHERE judged.is_kept")


def test_a_union_by_name_gives_every_column_on_both_sides() -> None:
    found = said("select t, n from main.a union all by name select n, u, t from main.a")
    assert "SELECT side.t, side.n, NULL AS u FROM" in found
    assert "SELECT side.t, side.n, side.u FROM" in found


def test_a_group_by_all_names_its_keys() -> None:
    found = said("select t, 'x' as k, d + 1 as e, count(*) as rows_found from main.a group by all")
    assert found.endswith("GROUP BY t, DATE_ADD(d, CAST(1 AS INT))")


def test_a_word_of_sail_is_not_left_as_the_name_of_a_table() -> None:
    assert said("select settings.t from main.a as settings") == "SELECT settings_.t AS t FROM a AS settings_"


def test_a_coalesce_in_the_order_of_a_window_is_a_case() -> None:
    found = said_of("row_number() over (order by coalesce(d, e))")
    assert "ORDER BY (CASE WHEN NOT (d IS NULL) THEN d ELSE e END) NULLS LAST" in found
    assert said_of("coalesce(d, e)") == "COALESCE(d, e)"


def test_lists_side_by_side_become_one_list_of_rows() -> None:
    assert said("select unnest(l) as p, unnest(m) as q from main.a").startswith(
        "SELECT INLINE(ARRAYS_ZIP(l, m)) AS (p, q)"
    )


def test_a_recursion_by_union_is_one_by_union_all_read_distinctly_and_its_types_are_known() -> None:
    found = said(
        "with recursive w as (select d, t from main.a union select w.d + 1, w.t from w where w.d < date '2020-01-01')"
        " select t, d - date '2000-01-01' as days from w"
    )
    assert "UNION ALL" in found
    assert "SELECT DISTINCT w_steps.d, w_steps.t FROM w_steps" in found
    assert "DATEDIFF(w.d, CAST('2000-01-01' AS DATE))" in found


RECURSIVE = (
    "with recursive w as (select d, t from main.a union select w.d + 1, w.t from w where w.d < date '2020-01-01')"
    " select t from w"
)


def test_an_engine_without_recursion_is_given_its_steps_and_asked_whether_they_are_enough() -> None:
    columns = {name: exp.DataType.build(kind, dialect="duckdb") for name, kind in KINDS.items()}
    found = " ".join(translate(RECURSIVE, lambda _schema, _table: columns, steps=2).split())
    assert "RECURSIVE" not in found
    assert "`w_step_2` AS ( SELECT DATE_ADD(`w`.`d`, CAST(1 AS INT)) AS `d`" in found
    assert "FROM `w_step_1` AS `w` WHERE" in found
    assert found.count(" UNION ") == 2
    probe = " ".join((probe_of_steps(RECURSIVE, lambda _schema, _table: columns, 2) or "").split())
    assert "FROM `w_step_2`" in probe
    assert probe.endswith("LIMIT 1")
    assert probe_of_steps("select t from main.a", lambda _schema, _table: columns, 2) is None


@pytest.mark.parametrize(
    "expression",
    [
        "regexp_replace(t, 'a', '')",
        "string_split(t, 'ab')",
        "datesub('day', d, e)",
        "date_diff('hour', d, e)",
        "d + interval 1 week",
        "list(distinct t order by t desc)",
        "first(t order by l desc)",
        "stddev(x) filter (where b) over (partition by t)",
        "list_reverse_sort(l)",
    ],
)
def test_what_no_rule_can_say_is_refused_and_not_passed_on(expression: str) -> None:
    with pytest.raises(NotTranslatable):
        said_of(expression)


def test_accents_go_as_duckdb_drops_them() -> None:
    import duckdb

    marked, plain = accents()
    letters = marked[: len(plain)]
    assert duckdb.execute("select strip_accents(?)", [letters]).fetchone() == (plain,)
    assert "ŷ" in letters
    assert "Ŵ" in letters
