"""One statement of the models, which speak DuckDB's SQL, in the words of an engine that speaks Spark's.

sqlglot parses it, expands its stars and finds the type of each expression from the columns of the tables it reads; the
rules of dialect/ then rewrite what would mean something else on the engine; sqlglot writes the rest. A function that
neither knows, and what a rule knows that it cannot say, is refused here by name.
"""

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from pipelines.distributed.dialect import aggregates, dates, joins, lists, numbers, recursion, text
from pipelines.distributed.dialect.rows import (
    filters_on_windows,
    groups_named,
    lists_as_rows,
    names_free,
    orders_plain,
    unions_by_name,
)
from pipelines.distributed.dialect.types import annotated
from pipelines.distributed.dialect.written import NotTranslatable

Columns = Mapping[str, exp.DataType]
Rule = Callable[..., exp.Expr | None]

RULES: dict[type[exp.Expr], tuple[Rule, ...]] = {
    exp.Literal: (numbers.literal,),
    exp.Coalesce: (orders_plain,),
    exp.Sub: (dates.before_days,),
    exp.Add: (dates.after_days,),
    exp.DateDiff: (dates.difference,),
    exp.DateTrunc: (dates.truncated,),
    exp.TimestampTrunc: (dates.truncated,),
    exp.Div: (numbers.quotient,),
    exp.IntDiv: (numbers.remainder_free,),
    exp.Round: (numbers.rounded,),
    exp.Cast: (text.cast_to_text, numbers.whole),
    exp.DPipe: (text.joined,),
    exp.ConcatWs: (text.joined_with,),
    exp.Split: (text.split,),
    exp.RegexpReplace: (text.replaced,),
    exp.RegexpLike: (text.matched,),
    exp.RegexpFullMatch: (text.matched_whole,),
    exp.Length: (lists.length,),
    exp.Bracket: (lists.item,),
    exp.ArrayContains: (lists.contains,),
    exp.ArrayDistinct: (lists.distinct,),
    exp.ArraySort: (lists.sorted_items,),
    exp.ArrayOverlaps: (lists.overlapping,),
    exp.Flatten: (lists.flattened,),
    exp.ArrayAppend: (lists.appended,),
    exp.ArrayConcat: (lists.chained,),
    exp.Anonymous: (dates.whole_months, text.function_of_text, lists.function_of_lists),
}
# Parts of a sum or difference with a date, whose rule takes them up.
PARTS_OF_SUMS = ("to_months", "to_years")


def translate(sql: str, columns_of: Callable[[str, str], Columns], steps: int | None = None) -> str:
    """A select of DuckDB's as a select of the engine's, with the same rows.

    Args:
        sql: One select.
        columns_of: The columns of a table, by schema and name, with their types.
        steps: For an engine without recursion: how many steps a recursion is given.

    Raises:
        NotTranslatable: when a construct has no rule; the message names it.
    """
    statement, schema = _parsed(sql, columns_of)
    if steps is None:
        return _said(recursion.by_union_all(statement), schema)
    return _said(recursion.in_steps(statement, steps), schema, joins.few_first)


def probe_of_steps(sql: str, columns_of: Callable[[str, str], Columns], steps: int) -> str | None:
    """A select that finds a row where so many steps may not be enough; nothing where the select has no recursion."""
    statement, schema = _parsed(sql, columns_of)
    probe = recursion.last_step(statement, steps)
    return None if probe is None else _said(probe, schema)


def _parsed(sql: str, columns_of: Callable[[str, str], Columns]) -> tuple[exp.Expr, MappingSchema]:
    statement = sqlglot.parse_one(sql, dialect="duckdb")
    schema = _schema(statement, columns_of)
    statement = qualify(statement, schema=schema, dialect="duckdb", identify=True)
    return names_free(filters_on_windows(unions_by_name(groups_named(statement)))), schema


def _said(
    statement: exp.Expr, schema: MappingSchema, rule_at_last: Callable[[exp.Expr], exp.Expr] | None = None
) -> str:
    statement = lists_as_rows(_with_rules(annotated(statement, schema)))
    if rule_at_last is not None:
        statement = rule_at_last(statement)
    return statement.sql(dialect="spark", pretty=True, comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE)


def _schema(statement: exp.Expr, columns_of: Callable[[str, str], Columns]) -> MappingSchema:
    """The columns of every table that is read."""
    schema = MappingSchema(dialect="duckdb")
    named_within = {cte.alias for cte in statement.find_all(exp.CTE)}
    for table in statement.find_all(exp.Table):
        if table.db or table.name not in named_within:
            schema.add_table(exp.table_(table.name, db=table.db), dict(columns_of(table.db, table.name)))
    return schema


def _with_rules(statement: exp.Expr) -> exp.Expr:
    """Every rule applied, innermost expressions first, so that a rule finds its parts already in the engine's words."""
    for node in reversed(list(statement.dfs())):
        if isinstance(node, exp.AggFunc):
            outermost, where, window = _around(node)
            _replace(outermost, aggregates.aggregate(node, where, window))
            continue
        made = next((found for rule in RULES.get(type(node), ()) if (found := rule(node)) is not None), None)
        if made is None and isinstance(node, exp.Anonymous) and node.name.lower() not in PARTS_OF_SUMS:
            raise NotTranslatable(
                f"the function {node.name.lower()} has no rule: add one to pipelines/distributed/dialect"
            )
        _replace(node, made)
    return statement


def _replace(node: exp.Expr, made: exp.Expr | None) -> None:
    if made is None:
        return
    if made.type is None or made.type.this == exp.DType.UNKNOWN:
        made.type = node.type
    node.replace(made)


def _around(node: exp.Expr) -> tuple[exp.Expr, exp.Expr | None, exp.Window | None]:
    """What wraps an aggregate: the outermost wrapper, the condition of its filter, its window."""
    outermost, where, window = node, None, None
    while outermost.arg_key == "this" and isinstance(outermost.parent, exp.IgnoreNulls | exp.Filter | exp.Window):
        outermost = outermost.parent
        if isinstance(outermost, exp.Filter):
            where = outermost.expression.this
        if isinstance(outermost, exp.Window):
            window = outermost
    return outermost, where, window
