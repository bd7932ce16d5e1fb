"""`dovetail explain`: one number, from the file it stood in to what may be said of it."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import json_option, warehouse_option
from pipelines.one_line import one_line

if TYPE_CHECKING:
    from pipelines.answers.number import Number, Row


@click.command()
@click.argument("indicator")
@click.argument("area")
@click.argument("period", default="latest")
@click.option("--breakdown", default="all", show_default=True, help="Breakdown_id, for a part of the whole.")
@warehouse_option
@json_option
def explain(indicator: str, area: str, period: str, breakdown: str, warehouse: Path | None, as_json: bool) -> None:
    """Explain one number: why is it as it is, and why is it in a comparison or not?

    INDICATOR is an indicator_id or words of its title; AREA a code, a service or a name; PERIOD the label as
    published, a day within it, or latest (the default).

    \b
    dovetail explain first_time_entrants_rate "Quillmarsh" 2023
    dovetail explain neet_not_known FE0000012 2024-01-01 --json
    """
    from pipelines.answers.number import NotFound, numbers
    from pipelines.cli.releases import release_of
    from pipelines.releases.asking import of_release

    release = release_of(None, warehouse)
    try:
        found = numbers(of_release(release), indicator, area, period, breakdown)
    except NotFound as nothing:
        click.echo(f"dovetail explain: {nothing}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps([asdict(number) for number in found], indent=1, default=str))
        return
    for place, number in enumerate(found):
        if place:
            click.echo()
        _say(number)


def _say(number: "Number") -> None:
    row, definition = number.observation, number.definition
    click.echo(f"{definition['title']}, {row['area_code']}, {row['period_label']}: {_figure(row, definition)}")
    if row["numerator"] is not None and row["denominator"] is not None:
        click.echo(f"  {row['numerator']:,g} of {row['denominator']:,g}")
    click.echo(f"  counts     {one_line(definition['counts'])} (version {row['definition_version']})")
    verified = "" if definition["window_is_verified"] else ", unverified"
    click.echo(f"  exposed    {row['window_start']} to {row['window_end']}{verified}")
    click.echo(f"  stands     {_place(number)}")
    if row["overruled_by"]:
        click.echo("  preferred  another dataset's figure of the same number")
    for earlier in number.earlier:
        click.echo(f"  before     {_figure(earlier, definition)} in {earlier['delivery_id'] or 'no delivery'}, until"
                   f" {str(earlier['superseded_at'])[:10]}")  # fmt: skip
    for told in number.told:
        click.echo(f"  {told['severity']:<10} {one_line(told['reason'])} [{told['rule']}]")
    if number.told_elsewhere:
        click.echo(f"  told       {number.told_elsewhere} more of the delivery as a whole: table delivery_warnings")
    for attribution in number.attributions:
        _say_attribution(number, attribution)
    everywhere = [gap for gap in number.gaps if gap["typology_id"] is None]
    if everywhere:
        click.echo("Whatever the typology:")
        _say_gaps(everywhere)


def _say_attribution(number: "Number", attribution: "Row") -> None:
    typology = attribution["typology_id"]
    model = attribution["model_label"]
    standing = attribution["attribution_status"].replace("_", " ")
    named = f", {'' if attribution['model_id'] else 'perhaps '}{model}" if model else ""
    click.echo(f"{attribution['typology_title']}: {standing}{named}; {attribution['comparability_status']};"
               f" {attribution['disclosure_status']}")  # fmt: skip
    for interval in (s for s in number.structures if s["typology_id"] == typology):
        until = interval["valid_to"] or "now"
        said = one_line(interval["evidence"] or "no source")
        label = said if interval["is_contested"] else f"{interval['model_id']} ({said})"
        click.echo(f"  {interval['valid_from']} to {until}: {label}")
    _say_gaps([gap for gap in number.gaps if gap["typology_id"] == typology])
    for comparison in (c for c in number.comparisons if c["typology_id"] == typology):
        used = f"{comparison['services_used']} of {comparison['services_in_scope']} services used"
        if comparison["is_refused"]:
            click.echo(f"  comparison {one_line(comparison['refusal_reason'])}")
        elif comparison["is_used"]:
            click.echo(f"  comparison in it, as {comparison['group_label']} ({used})")
        if not comparison["is_used"]:
            click.echo(f"  left out   {one_line(comparison['exclusion_reason'])} ({used})")


def _say_gaps(gaps: "list[Row]") -> None:
    for gap in gaps:
        click.echo(f"  {gap['kind']:<4} {'blocks  ' if gap['is_blocking'] else '        '}{gap['kind_title']}:"
                   f" {one_line(gap['evidence'])}")  # fmt: skip
        where = one_line(gap["evidence_locator"] or "")
        stands = f"{where}; " if where and where not in one_line(gap["evidence"]) else ""
        click.echo(f"                {stands}{gap['owner']}; closed by {gap['resolved_by']}")
        if gap["would_change_answer"]:
            several = "comparison" if gap["comparisons_changed"] == 1 else "comparisons"
            click.echo(f"                closing it would change {gap['comparisons_changed']} {several}")


def _figure(row: "Row", definition: "Row") -> str:
    if row["value"] is None:
        return f"[{row['value_marker'] or 'no value'}]"
    decimals = definition["decimals"]
    figure = f"{row['value']:,.{decimals}f} {definition['unit_label']}"
    if row.get("lower_95") is not None:
        figure += f" (95% {row['lower_95']:,.{decimals}f} to {row['upper_95']:,.{decimals}f})"
    return figure + (f" [{row['value_marker']}]" if row["value_marker"] else "")


def _place(number: "Number") -> str:
    row, delivery = number.observation, number.delivery
    if row["is_derived"]:
        return f"in no file: summed from {len(row['derived_from'])} observations"
    if delivery is None:
        return "in no file: the calendar expected it and nothing came"
    return (
        f"in {one_line(delivery['file_name'])} ({row['delivery_id']}), sheet {one_line(str(row['sheet'] or '-'))}, row"
        f" {row['row']}, column {one_line(str(row['column'] or '-'))}; published {str(row['published_at'])[:10]}"
    )
