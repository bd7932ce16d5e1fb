"""Rules for aggregates in an order, with a filter, or of what DuckDB counts as nothing.

Spark has no order inside an aggregate. The first by some keys is the least struct of keys and value; a list by some
keys is the sorted list of such structs, each reduced to its value. A key is written so that its own order is the one
wanted.
"""

from sqlglot import exp

from pipelines.distributed.dialect.dates import DAY, INSTANTS
from pipelines.distributed.dialect.text import TEXT
from pipelines.distributed.dialect.written import (
    NotTranslatable,
    call,
    cast,
    each,
    is_a,
    is_null,
    is_whole,
    named,
    part,
    when,
)

VALUE = "value"


def aggregate(node: exp.Expr, where: exp.Expr | None, window: exp.Window | None) -> exp.Expr | None:
    """An aggregate as the engine knows it, its filter and window with it; nothing where it can stay as it is.

    Args:
        node: The aggregate itself, its arguments already translated.
        where: The condition of its filter.
        window: The window it is taken over, whose own parts are already translated.
    """
    if isinstance(node, exp.First) and isinstance(node.this, exp.Order):
        value, keys = _ordered(node.this)
        return part(_over(exp.Min(this=_filtered(_struct(value, keys), where)), window), VALUE)
    if isinstance(node, exp.ArgMax | exp.ArgMin):
        return _over(call(_NAMES[type(node)], *_both_filtered(node.this, node.expression, where)), window)
    if isinstance(node, exp.ArrayAgg):
        return _list(node.this, where, window)
    if isinstance(node, exp.GroupConcat):
        return _text(node, where, window)
    if isinstance(node, exp.AnyValue | exp.First):
        given = [node.this, exp.true()] if isinstance(node, exp.AnyValue) else [node.this]
        return _with(call(_NAMES[type(node)], *given), where, window)
    if isinstance(node, exp.Median):
        return _over(call("percentile", _filtered(node.this, where), exp.Literal.number("0.5")), window)
    if isinstance(node, exp.PercentileCont):
        return _over(
            call("percentile", _filtered(node.this, where), exp.Literal.number(node.expression.find(exp.Literal).name)),
            window,
        )
    if where is not None and window is not None:
        return _over(_counting_only(node, where), window)
    return None


_NAMES = {exp.ArgMax: "max_by", exp.ArgMin: "min_by", exp.AnyValue: "any_value", exp.First: "first"}


def _with(made: exp.Expr, where: exp.Expr | None, window: exp.Window | None) -> exp.Expr:
    if where is not None:
        made = exp.Filter(this=made, expression=exp.Where(this=where))
    return _over(made, window)


def _over(made: exp.Expr, window: exp.Window | None) -> exp.Expr:
    if window is None:
        return made
    over = window.copy()
    over.set("this", made)
    return over


def _filtered(value: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    """Null where the filter does not hold, which these aggregates pass over."""
    return value if where is None else when(where.copy(), value)


def _both_filtered(value: exp.Expr, key: exp.Expr, where: exp.Expr | None) -> tuple[exp.Expr, exp.Expr]:
    return value, _filtered(key, where)


def _counting_only(node: exp.Expr, where: exp.Expr) -> exp.Expr:
    """A filter inside a window, which Spark does not have."""
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
        return exp.Count(this=when(where, exp.Literal.number(1)))
    if isinstance(node, exp.Sum | exp.Min | exp.Max | exp.Count | exp.Avg | exp.LogicalAnd | exp.LogicalOr):
        made = node.copy()
        made.set("this", when(where, node.this))
        return made
    raise NotTranslatable(f"{node.sql('duckdb')} has a filter and a window: add a rule to dialect/aggregates.py")


def _list(given: exp.Expr, where: exp.Expr | None, window: exp.Window | None) -> exp.Expr:
    """A list; null where no row is in it. Nulls are kept, so each value travels in a struct."""
    if isinstance(given, exp.Distinct):
        return call("array_distinct", _list(given.expressions[0], where, window))
    if isinstance(given, exp.Order) and isinstance(given.this, exp.Distinct):
        # The keys of a distinct list are the values themselves, or DuckDB refuses it.
        if any(key.args.get("desc") for key in given.expressions):
            raise NotTranslatable("a distinct list in descending order has no rule: see dialect/aggregates.py")
        return call("array_sort", call("array_distinct", _list(given.this.expressions[0], where, window)))
    value, keys = _ordered(given) if isinstance(given, exp.Order) else (given, [])
    gathered = _with(call("collect_list", _struct(value, keys)), where, window)
    inner = call("array_sort", gathered) if keys else gathered
    made = each(inner, part(exp.to_identifier("item"), VALUE))
    return _unless_empty(made) if where is not None or window is not None else made


def _unless_empty(items: exp.Expr) -> exp.Expr:
    """A list of nothing is null: DuckDB gathers no list where no row is."""
    return when(exp.GT(this=call("array_size", items), expression=exp.Literal.number(0)), items.copy())


def _text(node: exp.GroupConcat, where: exp.Expr | None, window: exp.Window | None) -> exp.Expr:
    """Texts joined in an order; null where there is none."""
    given, separator = node.this, node.args.get("separator") or exp.Literal.string(",")
    # A null is no text: it is left out before the list is made.
    value = given.this if isinstance(given, exp.Order) else given
    one = value.expressions[0] if isinstance(value, exp.Distinct) else value
    there = exp.not_(is_null(one))
    made = _list(given, there if where is None else exp.and_(exp.Paren(this=where), there), window)
    return call("array_join", made, separator)


def _ordered(order: exp.Order) -> tuple[exp.Expr, list[exp.Ordered]]:
    return order.this, list(order.expressions)


def _struct(value: exp.Expr, keys: list[exp.Ordered]) -> exp.Expr:
    parts: dict[str, exp.Expr] = {}
    for number, key in enumerate(keys):
        # Nulls are last unless the key says first; in a struct they would be first.
        is_missing = is_null(key.this)
        parts[f"missing_{number}"] = exp.Paren(this=exp.not_(is_missing)) if key.args.get("nulls_first") else is_missing
        parts[f"key_{number}"] = _reversed(key.this) if key.args.get("desc") else key.this.copy()
    return named({**parts, VALUE: value})


def _reversed(key: exp.Expr) -> exp.Expr:
    """A value whose ascending order is the key's descending one."""
    if is_a(key, DAY):
        return exp.Neg(this=call("unix_date", key.copy()))
    if is_a(key, *INSTANTS):
        return exp.Neg(this=call("unix_micros", cast(key.copy(), "timestamp_ltz")))
    if is_a(key, exp.DType.BOOLEAN):
        return exp.Paren(this=exp.not_(exp.Paren(this=key.copy())))
    if is_whole(key) or is_a(key, exp.DType.DOUBLE, exp.DType.DECIMAL):
        return exp.Neg(this=exp.Paren(this=key.copy()))
    if is_a(key, *TEXT):
        # Each code point from the far end, then a last one, so that a text comes after those that it begins.
        points = each(
            call("filter", call("split", key.copy(), ""), exp.Lambda(
                this=exp.NEQ(this=exp.to_identifier("letter"), expression=exp.Literal.string("")),
                expressions=[exp.to_identifier("letter")])),
            exp.Neg(this=call("ascii", exp.to_identifier("letter"))), "letter",
        )  # fmt: skip
        return call("array_append", points, exp.Literal.number(1))
    raise NotTranslatable(f"{key.sql('duckdb')} desc ({key.type}) has no rule: see dialect/aggregates.py")
