"""Rules for recursion. Spark has it by `union all` alone; Sail has none, and is given its steps one by one.

Every recursion of ours ends by itself, because its steps go one way in time: `union` and `union all` reach the same
rows, and there is a number of steps after which no row comes.
"""

from sqlglot import exp

from pipelines.distributed.dialect.rows import column_of
from pipelines.distributed.dialect.written import NotTranslatable


def by_union_all(statement: exp.Expr) -> exp.Expr:
    """A recursion by `union` as one by `union all` and a distinct reading of it."""
    for within, cte in _recursions(statement):
        if cte.this.args.get("distinct"):
            _replace(within, cte, _without_union(cte))
    return statement


def in_steps(statement: exp.Expr, steps: int) -> exp.Expr:
    """Every recursion as its first rows and that many steps, each a table expression of its own."""
    for within, cte in _recursions(statement):
        _replace(within, cte, _steps(cte, steps))
        within.set("recursive", False)
    return statement


def last_step(statement: exp.Expr, steps: int) -> exp.Expr | None:
    """A select that finds a row where a recursion has one in its last step; nothing where there is no recursion."""
    names = [cte.alias for _, cte in _recursions(statement)]
    if not names:
        return None
    statement = in_steps(statement, steps)
    found = [exp.select("1").from_(exp.table_(_step(name, steps), quoted=True)) for name in names]
    probe: exp.Expr = found[0] if len(found) == 1 else exp.union(*found, distinct=False)
    probe.set("with_", statement.args["with_"])
    return (
        exp.select("*").from_(exp.Subquery(this=probe, alias=exp.TableAlias(this=exp.to_identifier("step")))).limit(1)
    )


def _recursions(statement: exp.Expr) -> list[tuple[exp.With, exp.CTE]]:
    """Table expressions that read themselves."""
    return [
        (within, cte)
        for within in list(statement.find_all(exp.With))
        if within.args.get("recursive")
        for cte in list(within.expressions)
        if isinstance(cte.this, exp.Union) and _itself(cte.this, cte.alias)
    ]


def _itself(body: exp.Expr, name: str) -> list[exp.Table]:
    return [table for table in body.find_all(exp.Table) if table.name == name and not table.db]


def _replace(within: exp.With, cte: exp.CTE, made: list[exp.CTE]) -> None:
    place = within.expressions.index(cte)
    within.set("expressions", [*within.expressions[:place], *made, *within.expressions[place + 1 :]])


def _without_union(cte: exp.CTE) -> list[exp.CTE]:
    body, name = cte.this, cte.alias
    steps = f"{name}_steps"
    for table in _itself(body, name):
        table.set("this", exp.to_identifier(steps, quoted=True))
    body.set("distinct", False)
    return [_named(steps, body), _named(name, _reading([steps], body.named_selects, is_distinct=True))]


def _steps(cte: exp.CTE, steps: int) -> list[exp.CTE]:
    body, name = cte.this, cte.alias
    first, next_one = body.this, body.expression
    if not isinstance(next_one, exp.Select):
        raise NotTranslatable(f"the recursion {name} has more than one select in its step")
    columns = body.named_selects
    made = [_named(_step(name, 0), first)]
    for number in range(1, steps + 1):
        step = next_one.copy()
        for table in _itself(step, name):
            table.set("this", exp.to_identifier(_step(name, number - 1), quoted=True))
        # A step has the names that the first rows give.
        step.set("expressions", [
            exp.alias_(item.unalias(), column, quoted=True)
            for item, column in zip(step.expressions, columns, strict=True)
        ])  # fmt: skip
        made.append(_named(_step(name, number), step))
    names = [_step(name, number) for number in range(steps + 1)]
    return [*made, _named(name, _reading(names, columns, is_distinct=bool(body.args.get("distinct"))))]


def _reading(names: list[str], columns: list[str], is_distinct: bool) -> exp.Query:
    """All rows of some table expressions."""
    selects = [
        exp.select(*(column_of(column, name) for column in columns)).from_(exp.table_(name, quoted=True))
        for name in names
    ]
    if len(selects) == 1:
        return selects[0].distinct() if is_distinct else selects[0]
    return exp.union(*selects, distinct=is_distinct)


def _named(name: str, query: exp.Expr) -> exp.CTE:
    return exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def _step(name: str, number: int) -> str:
    return f"{name}_step_{number}"
