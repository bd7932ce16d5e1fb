"""Rules for text: how a number reads, patterns, accents."""

import unicodedata
from functools import cache

from sqlglot import exp

from pipelines.distributed.dialect.written import NotTranslatable, call, cast, is_a

TEXT = (exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR)
# From 1e-4 to 1e16 DuckDB writes a number out in digits; Spark does so from 1e-3 to 1e7.
DIGITS = ("1e-4", "1e16")
SAME_DIGITS = ("1e-3", "1e7")
# Unicode's blocks of Latin letters, and that of marks to be put on a letter.
LATIN = (range(0x80, 0x250), range(0x1E00, 0x1F00))
MARKS = range(0x300, 0x370)


def joined(node: exp.DPipe) -> exp.Expr:
    """`||`: null with a null part, numbers as DuckDB writes them."""
    return call("concat", as_text(node.this), as_text(node.expression))


def joined_with(node: exp.ConcatWs) -> exp.Expr:
    """`concat_ws`: null parts are left out."""
    return call("concat_ws", *(as_text(item) for item in node.expressions))


def cast_to_text(node: exp.Cast) -> exp.Expr | None:
    """A number cast to text reads as DuckDB writes it."""
    return as_text(node.this) if is_a(node, *TEXT) and is_a(node.this, exp.DType.DOUBLE) else None


def as_text(value: exp.Expr) -> exp.Expr:
    """A value as the text that DuckDB makes of it."""
    if is_a(value, *TEXT) or (isinstance(value, exp.Literal) and value.is_string):
        return value
    if not is_a(value, exp.DType.DOUBLE):
        return cast(value, "string")
    size = call("abs", value.copy())
    plain = cast(value.copy(), "string")
    digits = call(
        "regexp_replace", cast(cast(value.copy(), "decimal(38, 18)"), "string"), r"(\.(?:0|[0-9]*[1-9]))0*$", "$1"
    )
    is_whole = exp.and_(
        exp.EQ(this=call("floor", value.copy()), expression=value.copy()),
        exp.LT(this=size.copy(), expression=cast(exp.Literal.string(DIGITS[1]), "double")),
    )
    return exp.Case(
        ifs=[
            exp.If(this=is_whole, true=call("concat", cast(cast(value.copy(), "bigint"), "string"), ".0")),
            exp.If(this=_within(size, SAME_DIGITS), true=plain),
            exp.If(this=_within(size, DIGITS), true=digits),
        ],
        default=plain.copy(),
    )


def split(node: exp.Split) -> exp.Expr:
    """A separator is text, where Spark's is a pattern."""
    separator = node.expression
    if not (isinstance(separator, exp.Literal) and len(separator.name) == 1):
        raise NotTranslatable("string_split needs a separator of one character")
    return call("split", node.this, f"[{separator.name}]")


def replaced(node: exp.RegexpReplace) -> exp.Expr:
    """Without the modifier g only the first match is replaced; Spark always replaces all."""
    pattern = node.expression.name
    is_every = "g" in (node.text("modifiers") or "")
    if not is_every and not pattern.endswith("$") and not pattern.startswith("^"):
        raise NotTranslatable(f"regexp_replace without 'g' has no rule, unless its pattern is anchored: {pattern}")
    return call("regexp_replace", node.this, pattern, node.args["replacement"])


def matched(node: exp.RegexpLike) -> exp.Expr:
    """A pattern found anywhere in the text."""
    return call("regexp_like", node.this, node.expression)


def matched_whole(node: exp.RegexpFullMatch) -> exp.Expr:
    """A pattern that is the whole text."""
    return call("regexp_like", node.this, f"^(?:{node.expression.name})$")


def function_of_text(node: exp.Anonymous) -> exp.Expr | None:
    """Functions that only DuckDB has."""
    name = node.name.lower()
    if name == "strip_accents":
        marked, plain = accents()
        return call("translate", node.expressions[0], marked, plain)
    return None


@cache
def accents() -> tuple[str, str]:
    """Latin letters with marks, the letters without them, and after the first the marks that stand alone, which go.

    DuckDB takes every letter apart and drops the marks; over letters made of one plain letter and marks that is
    a table. Letters of other scripts stay as they are: no register of England and Wales has them.
    """
    marked, plain = [], []
    for point in (point for block in LATIN for point in block):
        parts = unicodedata.normalize("NFD", chr(point))
        kept = [part for part in parts if unicodedata.category(part) != "Mn"]
        if len(parts) > 1 and len(kept) == 1:
            marked.append(chr(point))
            plain.append(kept[0])
    return "".join([*marked, *map(chr, MARKS)]), "".join(plain)


def _within(size: exp.Expr, bounds: tuple[str, str]) -> exp.Expr:
    low, high = (cast(exp.Literal.string(bound), "double") for bound in bounds)
    return exp.and_(exp.GTE(this=size.copy(), expression=low), exp.LT(this=size.copy(), expression=high))
