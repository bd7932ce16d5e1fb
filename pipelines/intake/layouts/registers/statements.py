"""Registers of what only a person can know: gaps by evidence, contributions, and decisions."""

from collections.abc import Iterator, Sequence

from pipelines.intake.decided import complete_decision
from pipelines.intake.layouts.registers.assertions import model_of, typology_of
from pipelines.intake.layouts.registers.evidence import dated, days_in_order, read_by_somebody
from pipelines.intake.layouts.registers.faults import Fault, Known, Row
from pipelines.intake.layouts.registers.shares import in_range, sums

ROLES = ("claims", "delivers", "records")


def gap_evidence(row: Row, known: Known) -> Iterator[Fault]:
    """A gap of a kind that a person records, of a service or an area, with dated evidence."""
    kinds = known.catalogue.gap_kinds
    recorded = [kind.kind for kind in kinds.values() if kind.detection == "evidence"]
    given = str(row["kind"]).strip().upper()
    if given not in recorded:
        why = f"{given} is found otherwise ({kinds[given].title})" if given in kinds else f"there is no kind {given}"
        listed = "; ".join(f"{kind} ({kinds[kind].title})" for kind in recorded) or "none"
        yield Fault("gap_kind_not_recorded", known.column("kind"), row["kind"], f"{why}; a person records: {listed}")
        return
    row["kind"] = given
    yield from _placed(row, known)
    yield from _of_known_figures(row, known)
    yield from _of_known_structure(row, known)
    yield from days_in_order(row, known)
    yield from dated(row, known)
    yield from read_by_somebody(row, known, "recorded_by")


def contribution(row: Row, known: Known) -> Iterator[Fault]:
    """A team that claims, delivers or records what a service's number counts, with dated evidence."""
    row["role"] = str(row["role"]).strip().lower()
    if row["role"] not in ROLES:
        column = known.column("role")
        yield Fault("register_field_invalid", column, row["role"], f"{column} is one of {', '.join(ROLES)}")
    yield from _served(row, known)
    yield from _of_known_figures(row, known)
    yield from days_in_order(row, known)
    yield from dated(row, known)
    yield from in_range(row, known)
    yield from read_by_somebody(row, known, "recorded_by")


def shares_of_numbers(rows: Sequence[Row], known: Known) -> Iterator[tuple[int, Fault]]:
    """Shares of one number, in one role, that come to more than all of it."""
    by = ("service_id", "indicator_id", "role")
    return sums(
        rows, known, by=by, whole=lambda row: f"{row['service_name']} in the role {row['role']}", is_whole=False
    )


def decision(row: Row, known: Known) -> Iterator[Fault]:
    """A decision of a kind there is, about something there is."""
    found = complete_decision(row, known.catalogue)
    if found is not None:
        yield Fault(*found)
    elif row["decision_kind"] == "resolve_name":
        code = str(row["subject"]).partition("=")[2].strip()
        if known.area_is_unknown(code) and not known.registers.knows_service(code):
            reason = f"no register knows an area or a service {code}"
            yield Fault("resolved_name_unknown", known.column("subject"), row["subject"], reason)


def _placed(row: Row, known: Known) -> Iterator[Fault]:
    code = row["area_code"]
    if row["service_name"] is None and code is None:
        columns = f"{known.column('service_name')} and {known.column('area_code')}"
        yield Fault("gap_of_nothing", known.column("service_name"), None, f"{columns} are both empty")
    if row["service_name"] is not None:
        yield from _served(row, known)
    if code is not None and known.area_is_unknown(str(code)):
        yield Fault("area_unknown", known.column("area_code"), code, f"no register knows the area code {code}")


def _served(row: Row, known: Known) -> Iterator[Fault]:
    name = str(row["service_name"])
    row["service_id"] = known.service(name)
    if row["service_id"] is None:
        yield known.without_service(name)


def _of_known_figures(row: Row, known: Known) -> Iterator[Fault]:
    indicator_id, version = row["indicator_id"], row.get("definition_version")
    if indicator_id is None and version is None:
        return
    indicator = known.catalogue.indicators.get(str(indicator_id))
    column = known.column("indicator_id")
    if indicator is None:
        what = "a definition version needs its indicator" if indicator_id is None else f"no indicator {indicator_id}"
        yield Fault("indicator_unknown", column, indicator_id, what)
    elif version is not None and version not in [definition.version for definition in indicator.definitions]:
        there = ", ".join(definition.version for definition in indicator.definitions)
        yield Fault("indicator_unknown", known.column("definition_version"), version, f"{indicator_id} has {there}")


def _of_known_structure(row: Row, known: Known) -> Iterator[Fault]:
    if row["typology_id"] is None:
        if row["model_id"] is not None:
            yield Fault("typology_unknown", known.column("typology_id"), None, "a model needs its typology")
        return
    typology, fault = typology_of(row, known)
    if typology is not None and row["model_id"] is not None:
        fault = model_of(row, known, typology)
    if fault is not None:
        yield fault
