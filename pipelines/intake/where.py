"""What a published place is in a period: the dataset's scheme asked of the registers."""

from dataclasses import dataclass

from pipelines.intake.periods import Period
from pipelines.intake.places import COMBINED, Place, Registers
from sources.models.dataset import Dataset


@dataclass(frozen=True)
class Published:
    """A place as a file spells it: its level, and the code and name of the columns of that level."""

    level: str | None
    area_type: str | None
    code: str | None
    name: str | None


def published_place(row: dict[str, str | None], dataset: Dataset) -> Published:
    """The place of a row whose columns are `level`, `code:<area type>` and `name:<area type>`."""
    place = dataset.place
    assert place is not None
    area_type = place.area_type or (place.levels.get((row["level"] or "").strip()) if place.level_column else None)
    sides = [*dict.fromkeys([*place.codes, *place.names])]
    filled = (side for side in sides if any((row.get(f"{kind}:{side}") or "").strip() for kind in ("code", "name")))
    side = area_type if area_type in sides else next(filled, sides[0])
    code, name = row.get(f"code:{side}"), row.get(f"name:{side}")
    return Published(row["level"], area_type, code.strip() if code else None, name.strip() if name else None)


def place_in(published: Published, period: Period, dataset: Dataset, registers: Registers) -> Place:
    """The area that a published place is in a period, or the rule it breaks."""
    place = dataset.place
    assert place is not None
    area_type, code, name = published.area_type, published.code, published.name
    start, end = period.start, period.end
    if place.level_column and area_type is None:
        return Place(rule="level_unknown", reason=f"the geographic level {published.level!r} is not declared")
    known_name = place.variants.get(name, name) if name else None
    if place.scheme == "name":
        if not known_name:
            return Place(rule="area_name_missing", reason="the row names no area")
        if known_name in place.fixed_codes:
            return registers.area(place.fixed_codes[known_name], None, start, end)
        return registers.area_by_name(known_name, area_type, start, end)
    if not place.codes and place.area_type and place.fixed_codes and place.scheme == "gss":
        listed = place.fixed_codes.get(known_name or "")
        return (
            Place(area_type, listed)
            if listed
            else Place(area_type, None, "area_unknown", f"no area {name} is declared")
        )
    if place.scheme == "service_name":
        if not known_name:
            return Place(rule="service_unknown", reason="the row names no service")
        return registers.service(known_name, start, end)
    if not code and known_name in place.fixed_codes:
        return registers.area(place.fixed_codes[known_name], None, start, end)
    if not code:
        return Place(rule="area_code_missing", reason=f"the row names {name or 'no area'} and gives no code")
    if code in place.fixed_codes:
        return registers.area(place.fixed_codes[code], known_name, start, end)
    if place.scheme == "dfe":
        return registers.area_by_dfe(code, known_name, start, end)
    if COMBINED in code:
        return registers.areas_together(code.split(COMBINED), start, end)
    found = registers.area(code, known_name, start, end)
    if place.recoded and found.rule == "area_code_ended":
        found = registers.area_of_the_same_department_code(code, known_name, start, end)
    if found.rule is None and area_type and found.area_type != area_type:
        return Place(found.area_type, code, "area_unknown", f"{code} is of type {found.area_type}, not {area_type}")
    return found


def is_steady(published: Published, span: Period, dataset: Dataset, registers: Registers) -> bool:
    """Whether the place means the same in every period within the span, so that it need be asked only once.

    It does when each area (or membership) that it may mean is in force on every day of the span or on none of it,
    and on at least one of them.
    """
    place = dataset.place
    assert place is not None
    code, name = published.code, published.name
    known_name = place.variants.get(name, name) if name else None
    if not code and known_name in place.fixed_codes:
        code = place.fixed_codes[known_name]
    if (place.level_column and published.area_type is None) or not (known_name or code):
        return True
    if place.scheme == "service_name":
        spans = registers.days_of_service(known_name) if known_name else []
    elif place.scheme == "name":
        spans = registers.days_of_name(known_name) if known_name else []
    elif code and code not in place.fixed_codes and place.scheme == "dfe":
        spans = registers.days_of_dfe(code)
    else:
        codes = [place.fixed_codes.get(part.strip(), part.strip()) for part in (code or "").split(COMBINED)]
        spans = [days for each in codes for days in registers.days_of_code(each)]
    if not spans:
        return True
    inside = [days for days in spans if days[0] <= span.end and days[1] >= span.start]
    covering = [days for days in inside if days[0] <= span.start and days[1] >= span.end]
    if place.scheme == "service_name":
        return bool(covering)
    return bool(inside) and len(covering) == len(inside)
