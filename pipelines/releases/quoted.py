"""Names and values as SQL writes them."""


def identifier(name: str) -> str:
    """A name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A value, written for SQL. Bound parameters would do, but the first one makes DuckDB import pandas: a second."""
    if value is None:
        return "null"
    if isinstance(value, (bool, int)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
