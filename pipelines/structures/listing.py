"""Intervals of all services as a list: of one typology or model, on a day, or those that are contested."""

from datetime import date
from typing import Any

from pipelines.releases.asking import Ask
from pipelines.releases.quoted import literal


def intervals(
    ask: Ask,
    *,
    typology: str | None = None,
    model: str | None = None,
    on: date | None = None,
    contested: bool = False,
) -> list[dict[str, Any]]:
    """One row an interval: the columns of `structures`, with the names of service and model."""
    wanted = ["true"]
    if typology:
        wanted.append(f"structures.typology_id = {literal(typology)}")
    if model:
        wanted.append(f"structures.model_id = {literal(model)}")
    if on:
        day = f"date {literal(on)}"
        wanted.append(
            f"structures.valid_from <= {day} and (structures.valid_to is null or structures.valid_to >= {day})"
        )
    if contested:
        wanted.append("structures.is_contested")
    return ask(f"""
        select structures.*, services.service_name, models.label as model
        from structures
        left join services on structures.service_id = services.service_id
        left join typology_models as models
            on structures.typology_id = models.typology_id and structures.model_id = models.model_id
        where {" and ".join(wanted)}
        order by services.service_name, structures.service_id, structures.typology_id, structures.valid_from
    """)


def models_known(ask: Ask) -> dict[str, list[str]]:
    """The typologies there are, each with its models."""
    rows = ask("select typology_id, model_id from typology_models order by typology_id, model_order desc, model_id")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["typology_id"], []).append(row["model_id"])
    return found
