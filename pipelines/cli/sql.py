"""`dovetail sql`: one reading query on the current release."""

import csv
import json
import sys
from pathlib import Path

import click

from pipelines.cli.options import json_option, warehouse_option


@click.command()
@click.argument("query", required=False)
@click.option("--limit", default=100, show_default=True, help="Most rows to print; 0 for all.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, with no cell that a spreadsheet would run.")
@warehouse_option
@json_option
def sql(query: str | None, limit: int, as_csv: bool, warehouse: Path | None, as_json: bool) -> None:
    """Run QUERY on the current release, read-only. Without a query: the tables there are.

    \b
    dovetail sql "select indicator_id, count(*) from observations where is_current group by all"
    """
    from pipelines.cli.releases import release_of
    from pipelines.releases.query import QueryRefused, run_sql

    release = release_of(None, warehouse)
    query = query or "select table_name, estimated_size as n_rows, comment from duckdb_tables() order by table_name"
    try:
        columns, rows = run_sql(release, query, (limit + 1) if limit else None)
    except QueryRefused as refused:
        click.echo(f"dovetail sql: {refused}", err=True)
        sys.exit(2)
    cut = bool(limit) and len(rows) > limit
    rows = rows[:limit] if cut else rows
    if as_json:
        click.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=1, default=str))
    elif as_csv:
        from reports.spreadsheet import shown

        writer = csv.writer(sys.stdout)
        writer.writerows([shown(cell) for cell in row] for row in [columns, *rows])
    else:
        from rich.console import Console
        from rich.table import Column, Table
        from rich.text import Text

        from pipelines.one_line import one_line

        # Text, not markup: a marker such as [x] is a cell and no style.
        table = Table(*(Column(Text(column)) for column in columns), box=None, header_style="bold")
        for row in rows:
            table.add_row(*(Text("" if value is None else one_line(str(value))) for value in row))
        Console(width=None if sys.stdout.isatty() else 200).print(table)
    if cut:
        click.echo(f"Only the first {limit} rows are shown; --limit 0 for all.", err=True)
