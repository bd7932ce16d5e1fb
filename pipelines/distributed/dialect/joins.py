"""Which side of a join an engine keeps in memory, where it cannot tell which is smaller."""

from sqlglot import exp


def few_first(statement: exp.Expr) -> exp.Expr:
    """Each `a left join b` as `b right join a`: the same rows, and what is joined to them is what is kept.

    Sail keeps what stands first unless it knows how many rows both sides have, which it does of tables alone. What our
    models join to rows is smaller than the rows, but for a table joined to some rows of its own, which stay first. A
    side of several joins is put in brackets.
    """
    for select in list(statement.find_all(exp.Select)):
        joins = select.args.get("joins") or []
        if select.args.get("laterals") or not any(_is_plain_left(join) for join in joins):
            continue
        first: exp.Expr = select.args["from_"].this
        if any(_is_same_table(first, join.this) for join in joins):
            continue
        others: list[exp.Join] = []
        for join in joins:
            if _is_plain_left(join):
                rows = _together(first, others)
                first, others = join.this, [exp.Join(this=rows, side="RIGHT", on=join.args["on"])]
            else:
                others.append(join)
        select.set("from_", exp.From(this=first))
        select.set("joins", others)
    return statement


def _is_plain_left(join: exp.Join) -> bool:
    is_relation = isinstance(join.this, exp.Table | exp.Subquery)
    return is_relation and join.side == "LEFT" and not join.kind and not join.method and join.args.get("on") is not None


def _is_same_table(one: exp.Expr, other: exp.Expr) -> bool:
    return isinstance(one, exp.Table) and isinstance(other, exp.Table) and (one.db, one.name) == (other.db, other.name)


def _together(first: exp.Expr, joins: list[exp.Join]) -> exp.Expr:
    if not joins:
        return first
    first = first.copy()
    first.set("joins", [*(first.args.get("joins") or []), *joins])
    return exp.Subquery(this=first)
