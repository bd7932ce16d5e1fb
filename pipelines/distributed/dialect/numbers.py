"""Rules for numbers: what is exact in DuckDB's division, rounding and casts stays so."""

from sqlglot import exp

from pipelines.distributed.dialect.written import call, cast, is_a, is_whole

DOUBLE = exp.DType.DOUBLE


def literal(node: exp.Literal) -> exp.Expr | None:
    """A number with a point is floating point from the start: engines disagree on the digits of a decimal result."""
    return cast(exp.Literal.string(node.name), "double") if not node.is_string and "." in node.name else None


def quotient(node: exp.Div) -> exp.Expr | None:
    """A quotient is always floating point; with a decimal literal Spark's would be a decimal of few digits."""
    sides = [side if is_a(side, DOUBLE) else cast(side, "double") for side in (node.this, node.expression)]
    return exp.Div(this=sides[0], expression=sides[1], typed=node.args.get("typed"), safe=node.args.get("safe"))


def rounded(node: exp.Round) -> exp.Expr | None:
    """Decimals are cut after scaling the binary number; Spark rounds the number's shortest text."""
    decimals = node.args.get("decimals")
    if decimals is None or (decimals.is_number and decimals.name == "0"):
        return call("round", node.this)
    scale = call("power", cast(exp.Literal.number(10), "double"), decimals)
    scaled = call("round", exp.Mul(this=exp.Paren(this=node.this), expression=scale))
    return exp.Paren(this=exp.Div(this=scaled, expression=scale.copy()))


def whole(node: exp.Cast) -> exp.Expr | None:
    """A cast to a whole number goes to the nearest, halves to the even one; Spark cuts off."""
    if is_whole(node) and is_a(node.this, DOUBLE, exp.DType.FLOAT, exp.DType.DECIMAL):
        return exp.Cast(this=call("rint", cast(node.this, "double")), to=node.to)
    return None


def remainder_free(node: exp.IntDiv) -> exp.Expr | None:
    """`//` of whole numbers."""
    return exp.Paren(this=exp.IntDiv(this=exp.Paren(this=node.this), expression=exp.Paren(this=node.expression)))
