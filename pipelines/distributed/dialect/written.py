"""Builders of the expressions that rules write, and what a rule may ask of one. No rule belongs here."""

from sqlglot import exp

WHOLE = (exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT, exp.DType.INT128)


class NotTranslatable(Exception):
    """A construct that no rule can say to the engine; the message names it and what to do."""


def call(name: str, *arguments: exp.Expr | str | int) -> exp.Anonymous:
    """A call of the engine's own function; text and whole numbers become literals."""
    return exp.Anonymous(this=name, expressions=[_expression(argument) for argument in arguments])


def named(parts: dict[str, exp.Expr]) -> exp.Anonymous:
    """A struct of named parts."""
    return call("named_struct", *(item for name, part in parts.items() for item in (name, part)))


def part(struct: exp.Expr, name: str) -> exp.Dot:
    """One part of a struct."""
    return exp.Dot(this=struct, expression=exp.to_identifier(name))


def each(items: exp.Expr, body: exp.Expr, name: str = "item") -> exp.Anonymous:
    """Every item of a list, made into something else."""
    return call("transform", items, exp.Lambda(this=body, expressions=[exp.to_identifier(name)]))


def is_null(value: exp.Expr) -> exp.Paren:
    """Whether a value is null, never null itself."""
    return exp.Paren(this=exp.Is(this=value.copy(), expression=exp.Null()))


def when(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Case:
    """The value where the condition holds."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=otherwise)


def cast(value: exp.Expr, kind: str) -> exp.Cast:
    """A value as another type, named in the engine's words."""
    return exp.Cast(this=value, to=exp.DataType.build(kind, dialect="spark"))


def is_a(value: exp.Expr | None, *kinds: exp.DType) -> bool:
    """Whether a value is known to be of one of the types."""
    return value is not None and value.type is not None and value.type.this in kinds


def is_whole(value: exp.Expr) -> bool:
    """Whether a value is known to be a whole number."""
    return is_a(value, *WHOLE)


def _expression(argument: exp.Expr | str | int) -> exp.Expr:
    if isinstance(argument, exp.Expr):
        return argument
    return exp.Literal.number(argument) if isinstance(argument, int) else exp.Literal.string(argument)
