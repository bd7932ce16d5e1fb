"""Rules for days and months. DuckDB counts days between dates as a number; Spark would make an interval of them."""

from sqlglot import exp

from pipelines.distributed.dialect.written import NotTranslatable, call, cast, is_a, is_whole, when

DAY = exp.DType.DATE
INSTANTS = (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME)
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def before_days(node: exp.Sub) -> exp.Expr | None:
    """`date - n` is a date, `date - to_months(n)` a date some months before. `date - date` is seen by types.py."""
    return _moved(node, -1)


def after_days(node: exp.Add) -> exp.Expr | None:
    """`date + n` is a date, `date + to_months(n)` a date some months after."""
    if is_a(node.expression, DAY) and is_whole(node.this):
        return call("date_add", node.expression, cast(node.this, "int"))
    return _moved(node, 1)


def difference(node: exp.DateDiff) -> exp.Expr:
    """`datediff(unit, from, to)`: boundaries crossed, of days or of months."""
    unit = node.text("unit").lower() or "day"
    if unit == "day":
        return call("datediff", node.this, node.expression)
    if unit == "month":
        return exp.Paren(this=_month_boundaries(node.expression, node.this))
    raise NotTranslatable(f"datediff of a {unit} has no rule: add one to dialect/dates.py")


def whole_months(node: exp.Anonymous) -> exp.Expr | None:
    """`datesub('month', from, to)`: months that are over, a month's last day standing for any later day."""
    if node.name.lower() not in ("datesub", "date_sub"):
        return None
    unit, first, last = node.expressions
    if unit.name.lower() != "month":
        raise NotTranslatable(f"datesub of a {unit.name} has no rule: add one to dialect/dates.py")
    return when(
        exp.LTE(this=first.copy(), expression=last.copy()),
        _months_over(first, last),
        exp.Neg(this=_months_over(last, first)),
    )


def truncated(node: exp.DateTrunc | exp.TimestampTrunc) -> exp.Expr:
    """The first day of a month or year, as a date. Sail's own `trunc` knows no year before 1678."""
    unit = node.text("unit").lower()
    if unit not in ("month", "year"):
        raise NotTranslatable(f"date_trunc to a {unit} has no rule: add one to dialect/dates.py")
    month = call("month", node.this.copy()) if unit == "month" else _number(1)
    return call("make_date", call("year", node.this.copy()), month, 1)


def _moved(node: exp.Add | exp.Sub, sign: int) -> exp.Expr | None:
    months = _months(node.expression)
    if months is not None:
        return call("add_months", cast(node.this, "date"), _signed(months, sign))
    if is_a(node.this, DAY) and is_whole(node.expression):
        return call("date_add", node.this, _signed(node.expression, sign))
    return None


def _months(interval: exp.Expr) -> exp.Expr | None:
    if isinstance(interval, exp.Interval):
        unit = interval.text("unit").lower().rstrip("s")
        if unit in MONTHS_IN:
            return exp.Literal.number(int(interval.this.name) * MONTHS_IN[unit])
        raise NotTranslatable(f"an interval of a {unit} has no rule: add one to dialect/dates.py")
    if isinstance(interval, exp.Anonymous) and interval.name.lower() in ("to_months", "to_years"):
        many = interval.expressions[0]
        return (
            many if interval.name.lower() == "to_months" else exp.Mul(this=exp.Paren(this=many), expression=_number(12))
        )
    return None


def _signed(number: exp.Expr, sign: int) -> exp.Expr:
    whole = cast(number, "int")
    return whole if sign > 0 else exp.Neg(this=whole)


def _month_boundaries(first: exp.Expr, last: exp.Expr) -> exp.Expr:
    def months(day: exp.Expr) -> exp.Expr:
        return exp.Add(
            this=exp.Mul(this=call("year", day.copy()), expression=_number(12)), expression=call("month", day.copy())
        )

    return exp.Sub(this=exp.Paren(this=months(last)), expression=exp.Paren(this=months(first)))


def _months_over(first: exp.Expr, last: exp.Expr) -> exp.Expr:
    """Boundaries crossed, less one where as many months after the first day is later than the last day."""
    crossed = exp.Paren(this=_month_boundaries(first, last))
    too_far = exp.GT(this=call("add_months", cast(first.copy(), "date"), crossed.copy()), expression=last.copy())
    return exp.Paren(this=exp.Sub(this=crossed, expression=when(too_far, _number(1), _number(0))))


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)
