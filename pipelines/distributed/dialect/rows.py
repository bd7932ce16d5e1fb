"""Rules for whole selects: unions by name, and several lists made into rows side by side."""

from sqlglot import exp

from pipelines.distributed.dialect.written import NotTranslatable, call, is_null, when

KEPT = "is_kept"
WORDS_OF_SAIL = ("settings",)


def unions_by_name(statement: exp.Expr) -> exp.Expr:
    """`union by name` as one by position: both sides give every column, in the order of the first that has it."""
    for union in list(statement.find_all(exp.SetOperation)):
        if not union.args.get("by_name"):
            continue
        names = list(dict.fromkeys([*union.left.named_selects, *union.right.named_selects]))
        for side in ("this", "expression"):
            given = union.args[side]
            there = set(given.named_selects)
            columns = [
                column_of(name, "side") if name in there else exp.alias_(exp.Null(), name, quoted=True)
                for name in names
            ]
            union.set(side, exp.select(*columns).from_(_within(given.copy(), "side")))
        union.set("by_name", False)
    return statement


def filters_on_windows(statement: exp.Expr) -> exp.Expr:
    """`qualify` as a filter around the select, which has the condition as one column more."""
    for select in list(statement.find_all(exp.Select)):
        condition = select.args.get("qualify")
        if condition is None:
            continue
        if select.args.get("distinct"):
            raise NotTranslatable("select distinct with qualify has no rule: filter first, in a CTE of its own")
        inner = select.copy()
        inner.set("qualify", None)
        ctes = inner.args.get("with_")
        inner.set("with_", None)
        inner.select(exp.alias_(condition.this.copy(), KEPT, quoted=True), copy=False)
        around = exp.select(*(column_of(name, "judged") for name in select.named_selects))
        around = around.from_(_within(inner, "judged")).where(column_of(KEPT, "judged"))
        if ctes:
            around.set("with_", ctes)
        if select is statement:
            statement = around
        else:
            select.replace(around)
    return statement


def groups_named(statement: exp.Expr) -> exp.Expr:
    """`group by all` as a group by each selected expression that is no aggregate: Sail takes `all` for a column."""
    for select in statement.find_all(exp.Select):
        group = select.args.get("group")
        if group is None or not group.args.get("all"):
            continue
        keys = [item.unalias() for item in select.expressions if not item.find(exp.AggFunc)]
        select.set("group", exp.Group(expressions=[key.copy() for key in keys if not isinstance(key, exp.Literal)]))
    return statement


def names_free(statement: exp.Expr) -> exp.Expr:
    """Another name for a table that is called by a word of Sail's: it forgets the quotes when it reads a view again."""
    for name in WORDS_OF_SAIL:
        other = exp.to_identifier(f"{name}_", quoted=True)
        for table in statement.find_all(exp.Table):
            if table.alias == name:
                table.set("alias", exp.TableAlias(this=other.copy()))
        for column in statement.find_all(exp.Column):
            if column.table == name:
                column.set("table", other.copy())
    return statement


def orders_plain(node: exp.Coalesce) -> exp.Expr | None:
    """In the order of a window `coalesce` is a case: Sail would write it so on one side only and then find no order."""
    order = node.find_ancestor(exp.Ordered, exp.Select)
    if not isinstance(order, exp.Ordered) or len(node.expressions) != 1:
        return None
    there = exp.not_(is_null(node.this))
    return exp.Paren(this=when(there, node.this, node.expressions[0]))


def lists_as_rows(statement: exp.Expr) -> exp.Expr:
    """Lists that become rows side by side in one select: the engine allows one such list, here of structs."""
    for select in list(statement.find_all(exp.Select)):
        lists = [item for item in select.expressions if isinstance(item, exp.Alias) and _is_list_of_rows(item.this)]
        if len(lists) < 2:
            continue
        names = [exp.to_identifier(item.alias, quoted=True) for item in lists]
        together = call("inline", call("arrays_zip", *(item.this.this for item in lists)))
        rest = [item for item in select.expressions if item not in lists]
        select.set("expressions", [*rest, exp.Aliases(this=together, expressions=names)])
    return statement


def _is_list_of_rows(item: exp.Expr) -> bool:
    return isinstance(item, exp.Explode)


def column_of(name: str, table: str) -> exp.Column:
    """A column of a table expression."""
    return exp.column(name, table=table, quoted=True)


def _within(query: exp.Expr, name: str) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
