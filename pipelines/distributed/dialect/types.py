"""The type of every expression, as DuckDB finds it: what decides which rule applies.

sqlglot knows most; what it does not know, or takes for something else, is said here.
"""

from typing import Any

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.schema import MappingSchema

from pipelines.distributed.dialect.written import is_a

AS_THEIR_FIRST_PART = (
    exp.First, exp.FirstValue, exp.ArgMax, exp.ArgMin, exp.AnyValue, exp.Lag, exp.Lead, exp.Order,
    exp.ArrayFilter, exp.ArrayAppend, exp.ArrayConcat, exp.ArrayDistinct, exp.ArraySort, exp.Median,
    exp.RegexpReplace, exp.Replace, exp.Left, exp.SplitPart,
)  # fmt: skip
OF_THEIR_FIRST_ARGUMENT = ("list_slice", "strip_accents")
WHOLE_NUMBERS = ("datesub",)


def annotated(statement: exp.Expr, schema: MappingSchema) -> exp.Expr:
    """The statement with a type on every expression. A date less a date becomes the number of days between them."""
    statement = _with_known_recursions(_annotate(statement, schema))
    while True:
        statement = _annotate(statement, schema)
        spans = [node for node in statement.find_all(exp.Sub) if _is_date(node.this) and _is_date(node.expression)]
        if not spans:
            return statement
        for node in spans:
            node.replace(exp.DateDiff(this=node.this, expression=node.expression, unit=exp.var("DAY")))


def _is_date(node: exp.Expr) -> bool:
    return is_a(node, exp.DType.DATE)


def _annotate(statement: exp.Expr, schema: MappingSchema) -> exp.Expr:
    def texts(self: Any, node: exp.Expr) -> exp.Expr:
        self._set_type(node, exp.DataType.build("varchar[]", dialect="duckdb"))
        return node

    def first_part(self: Any, node: exp.Expr) -> exp.Expr:
        self._set_type(node, node.this.type if node.this else None)
        return node

    def items(self: Any, node: exp.Expr) -> exp.Expr:
        inner = node.this.type.expressions if node.this.type is not None else []
        self._set_type(node, inner[0] if inner else None)
        return node

    def by_name(self: Any, node: exp.Anonymous) -> exp.Expr:
        name = node.name.lower()
        if name in OF_THEIR_FIRST_ARGUMENT:
            self._set_type(node, node.expressions[0].type)
        else:
            self._set_type(node, exp.DType.BIGINT if name in WHOLE_NUMBERS else None)
        return node

    known: dict[Any, Any] = {
        **DuckDB.EXPRESSION_METADATA,
        **{kind: {"annotator": first_part} for kind in AS_THEIR_FIRST_PART},
        exp.Anonymous: {"annotator": by_name},
        exp.Split: {"annotator": texts},
        exp.Flatten: {"annotator": items},
        exp.Explode: {"annotator": items},
    }
    return annotate_types(statement, schema=schema, expression_metadata=known, dialect="duckdb")


def _with_known_recursions(statement: exp.Expr) -> exp.Expr:
    """A recursion's columns are of the types that its first rows have: said where the recursion reads itself."""
    for cte in statement.find_all(exp.CTE):
        body = cte.this
        if not isinstance(body, exp.Union):
            continue
        itself = {table.alias_or_name for table in body.expression.find_all(exp.Table) if _is_step(table, cte)}
        kinds = {column.alias_or_name: column.type for column in body.left.selects}
        for column in list(body.expression.find_all(exp.Column)):
            kind = kinds.get(column.name)
            if column.table in itself and kind is not None and kind.this != exp.DType.UNKNOWN:
                column.replace(exp.Cast(this=column.copy(), to=kind.copy()))
    return statement


def _is_step(table: exp.Table, cte: exp.CTE) -> bool:
    return table.name == cte.alias and not table.db
