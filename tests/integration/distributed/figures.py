"""Figures on which every rule of the translation is tried: values at the edges where engines differ from DuckDB."""

ROWS = """
    select * from (values
        (1, date '2020-01-31', date '2020-02-29', 5, 2.5, 'Ynys Môn', 'b', true, ['p', 'q'], ['q']),
        (2, date '2020-03-31', date '2020-02-29', 6, 0.285, 'a|b|', 'a', false, ['p', null], []),
        (3, date '2019-12-31', null, 7, 12345678.5, 'Bristol, City of', 'ab', true, null, ['p', 'p', null]),
        (4, null, date '2021-01-01', null, 100000000.0, null, 'b', null, [], null),
        (5, date '2020-02-29', date '2020-02-29', 12, 0.0005, 'a', null, true, ['z', 'a'], ['z']),
        (6, date '9999-12-31', date '0001-01-01', 0, null, '', 'b', false, ['q'], ['r'])
    ) as figures(k, d, e, n, x, t, u, b, l, m)
"""
TYPED = """
    select
        cast(k as bigint) as k, d, e, cast(n as bigint) as n, cast(x as double) as x, t, u, b,
        cast(l as varchar[]) as l, cast(m as varchar[]) as m
"""

# Of each row.
EXPRESSIONS = (
    "d - e", "d + 1 - e", "e - cast(n as integer)", "least(d, e) + cast(n as integer)",
    "cast(e + to_months(cast(n as integer)) as date)", "cast(date_trunc('year', e) + interval 1 year as date) - 1",
    "date_diff('day', d, e)", "datediff('month', d, e)", "datesub('month', d, e)", "strftime(e, '%B %Y')",
    "last_day(e)", "n / 12.0", "x / 3", "n // 2", "n % 5", "round(x, 2)", "round(x, 1)", "cast(round(x) as integer)",
    "floor(x)", "abs(x)", "t || x", "'' || n || d || b", "concat_ws('|', t, d, x, b)", "cast(x as varchar)",
    "string_split(t, '|')", "regexp_replace(lower(t), '[^a-z]+', ' ', 'g')", "regexp_replace(t, '(of|n)$', '')",
    "regexp_matches(t, '[|]$')", "regexp_full_match(t, 'a|b')", "strip_accents(t)", "length(t)",
    "split_part(t, '|', 2)", "left(t, 1) || substr(t, 2)", "trim(t || '  ')", "replace(t, '|', ' and ')",
    "starts_with(t, 'a')", "contains(t, 'b')", "upper(t)", "t like 'a%'", "len(l)", "l[1]", "l[n // 5]", "l[1:1]",
    "list_slice(m, 1, 2)", "list_contains(l, 'p')", "list_contains(l, 'x')", "list_sort(list_distinct(m))",
    "list_append(l, u)", "list_concat(l, m)", "list_filter(l, lambda i: i <> 'p')",
    "list_transform(l, lambda i: i || '!')", "list_has_any(l, ['a', 'q'])", "coalesce(l, [])",
    "array_to_string(l, ', ')", "greatest(d, e)", "least(n, x)", "t is distinct from u", "md5(concat_ws('|', t, u))",
    "nullif(t, '')", "case when x > 0.3 then 'more' when b then 'flag' end", "year(e) * 12 + month(e)",
)  # fmt: skip

# Of each group of rows.
AGGREGATES = (
    "count(*)", "count(n) filter (where b)", "sum(n)", "sum(x) / count(*)", "first(t order by d desc, k)",
    "first(t order by u desc, k)", "first(x order by x desc nulls last) filter (where b)",
    "first(k order by b desc, k)", "max_by(k, n)", "arg_max(k, d) filter (where b)", "list(t order by k desc)",
    "list(x order by n, k)", "list_sort(list(t) filter (where b))", "list(t) filter (where n > 100)",
    "list_sort(list(distinct t))", "string_agg(t, ', ' order by k) filter (where b)",
    "string_agg(distinct t, '|' order by t)", "list_sort(list_distinct(flatten(list(l))))", "median(n)",
    "median(x) filter (where b)", "quantile_cont(x, 0.25)", "bool_or(b)", "bool_and(b)", "min(d)",
    "max(coalesce(e, date '9999-12-31'))", "any_value(u)",
)  # fmt: skip

# Whole selects, their rows compared in no order.
SELECTS = (
    "select k from figures qualify row_number() over (partition by u order by n, k) = 1",
    "select k, count(*) filter (where b) over (partition by u order by k) as so_far from figures",
    "select k, max(n) filter (where b) over (partition by u) as highest, lag(n) over (order by k) as last from figures",
    "select k, row_number() over (order by x, k) as place, dense_rank() over (order by u desc, b) as rank from figures",
    "select k, t from figures union all by name select u, k from figures",
    "select k, unnest(m) as item from figures",
    "select k, unnest(['x', 'y']) as side, unnest([t, u]) as item from figures",
    "select u, b, count(*) as found from figures group by all",
    "select * exclude (l, m, x), n + 1 as n1 from figures",
    "select a.k from figures as a where not exists (select 1 from figures as z where z.u = a.u and z.k > a.k)",
    "select a.k, z.k as other from figures as a left join figures as z on a.u = z.u and a.k < z.k",
    """with recursive steps as (
        select k, d from figures where d < date '2100-01-01'
        union
        select steps.k, steps.d + 400 from steps where steps.d < date '2022-01-01'
    ) select k, d - date '2020-01-01' as days from steps""",
)  # fmt: skip
