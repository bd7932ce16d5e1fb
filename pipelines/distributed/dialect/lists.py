"""Rules for lists: positions, null lists, and lists made into rows."""

from sqlglot import exp

from pipelines.distributed.dialect.written import NotTranslatable, call, cast, is_a, is_null, when


def length(node: exp.Length) -> exp.Expr | None:
    """`len` counts the items of a list too."""
    return call("array_size", node.this) if is_a(node.this, exp.DType.ARRAY, exp.DType.LIST) else None


def item(node: exp.Bracket) -> exp.Expr | None:
    """A position outside the list is null, and the first one is 1; the parser has counted literal ones from 0."""
    if len(node.expressions) != 1:
        return None
    position = node.expressions[0]
    if isinstance(position, exp.Slice):
        return _slice(node.this, position.this, position.expression)
    if isinstance(position, exp.Literal):
        return call("get", node.this, position)
    return call("get", node.this, exp.Sub(this=cast(exp.Paren(this=position), "int"), expression=exp.Literal.number(1)))


def contains(node: exp.ArrayContains) -> exp.Expr:
    """A list that holds a null and not the item does not hold the item; Spark says that it does not know."""
    return _known(call("array_contains", node.this, node.expression), node)


def distinct(node: exp.ArrayDistinct) -> exp.Expr:
    """Different items that are there: nulls go."""
    return call("array_distinct", call("array_compact", node.this))


def sorted_items(node: exp.ArraySort) -> exp.Expr:
    """Ascending, nulls last."""
    if node.args.get("asc") == exp.false() or node.args.get("nulls_first") == exp.true():
        raise NotTranslatable("a list sorted otherwise than ascending, nulls last, has no rule: see dialect/lists.py")
    return call("array_sort", node.this)


def flattened(node: exp.Flatten) -> exp.Expr:
    """Null lists count as empty."""
    return call("flatten", call("array_compact", node.this))


def function_of_lists(node: exp.Anonymous) -> exp.Expr | None:
    """Functions that only DuckDB has."""
    if node.name.lower() == "list_slice":
        return _slice(*node.expressions)
    return None


def overlapping(node: exp.ArrayOverlaps) -> exp.Expr:
    """Whether two lists share an item: a null inside one of them is none."""
    return _known(call("arrays_overlap", node.this, node.expression), node)


def appended(node: exp.ArrayAppend) -> exp.Expr:
    """A null list counts as empty."""
    return call("array_append", call("coalesce", node.this, call("array")), node.expression)


def chained(node: exp.ArrayConcat) -> exp.Expr:
    """Null lists count as empty."""
    return call("concat", *(call("coalesce", items, call("array")) for items in (node.this, *node.expressions)))


def _known(found: exp.Expr, node: exp.Binary | exp.Func) -> exp.Expr:
    """False where the engine does not know and both sides are there."""
    unknown = exp.or_(is_null(node.this), is_null(node.expression))
    return call("coalesce", found, when(exp.not_(exp.Paren(this=unknown)), exp.false()))


def _slice(items: exp.Expr, first: exp.Expr, last: exp.Expr) -> exp.Expr:
    count = exp.Add(this=exp.Sub(this=cast(exp.Paren(this=last), "int"), expression=exp.Paren(this=first)),
                    expression=exp.Literal.number(1))  # fmt: skip
    return call("slice", items, first.copy(), call("greatest", count, exp.Literal.number(0)))
