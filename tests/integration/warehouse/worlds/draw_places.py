"""Random places: authorities that split, merge, change their code or move, and the services they belong to."""

from collections.abc import Callable
from datetime import date, timedelta

from tests.integration.warehouse.worlds.draft import SINCE, Draft

CHANGES = tuple(
    date(year, month, day) for year in (2022, 2023, 2024) for month, day in ((1, 1), (4, 1), (7, 15), (10, 1))
)
WORDS = ("ash", "birch", "cedar", "elder")


def draw_places(draft: Draft) -> None:
    """Two to four services with a story each, and the areas that belong to none."""
    for word in WORDS[: draft.rng.randint(2, 4)]:
        service = draft.name(word)
        draft.services.append(service)
        draft.nations[service] = draft.weighted({"England": 7, "Wales": 3})
        draft.weighted(STORIES)(draft, service, draft.nations[service])
    _across_services(draft)
    _outside(draft)
    _districts(draft)


def _alone(draft: Draft, service: str, nation: str) -> None:
    draft.member(service, draft.area(f"{service[-3:]}1", nation=nation), nation=draft.one_of([nation, nation, None]))


def _together(draft: Draft, service: str, nation: str) -> None:
    for number in range(draft.rng.randint(2, 3)):
        draft.member(service, draft.area(f"{service[-3:]}{number}", nation=nation))


def _recoded(draft: Draft, service: str, nation: str) -> None:
    """One authority under two codes: the register gives its last day, its successor's first day, or nothing."""
    day = draft.one_of(CHANGES)
    last = day - timedelta(days=1)
    is_by_department = draft.chance(0.3)
    code = {"dfe_code": f"{draft.number}{service[-3:]}"} if is_by_department else {}
    until = last if is_by_department else draft.weighted({last: 6, day: 1, None: 1})
    old = draft.area(f"{service[-3:]}old", valid_to=until, nation=nation, **code)
    new = draft.area(f"{service[-3:]}new", valid_from=day, nation=nation, **code)
    if not is_by_department:
        draft.add("authority_changes", from_code=old, to_code=new, change_date=day)
    draft.member(service, old, SINCE, draft.weighted({None: 6, last: 2, day + timedelta(days=400): 2}))
    if draft.chance(0.2):
        draft.member(service, new, day + timedelta(days=draft.rng.randint(-30, 90)))
    if draft.chance(0.4):
        draft.member(service, draft.area(f"{service[-3:]}fellow", nation=nation))


def _merged(draft: Draft, service: str, nation: str) -> None:
    """Two authorities become one, in one service or from two."""
    day = draft.one_of(CHANGES)
    new = draft.area(f"{service[-3:]}one", valid_from=day, nation=nation)
    other = draft.one_of([service, service, draft.services[0]])
    for number, home in enumerate((service, other)):
        old = draft.area(f"{service[-3:]}{number}", valid_to=day - timedelta(days=1), nation=nation)
        draft.add("authority_changes", from_code=old, to_code=new, change_date=day)
        draft.member(home, old)
    if draft.chance(0.3):
        draft.member(draft.one_of(draft.services), new, day)


def _split(draft: Draft, service: str, nation: str) -> None:
    """One authority becomes two; one half may be placed in another service."""
    day = draft.one_of(CHANGES)
    old = draft.area(f"{service[-3:]}whole", valid_to=day - timedelta(days=1), nation=nation)
    draft.member(service, old, SINCE, draft.one_of([None, day - timedelta(days=1)]))
    for number in range(2):
        new = draft.area(f"{service[-3:]}half{number}", valid_from=day, nation=nation)
        draft.add("authority_changes", from_code=old, to_code=new, change_date=day)
        if number and draft.chance(0.3):
            draft.member(draft.services[0], new, day)


def _loses_a_part(draft: Draft, service: str, nation: str) -> None:
    """An authority goes on after a part of it went to another."""
    day = draft.one_of(CHANGES)
    old = draft.area(f"{service[-3:]}big", valid_to=date(2040, 3, 31), nation=nation)
    new = draft.area(f"{service[-3:]}part", valid_from=draft.one_of([day, SINCE]), nation=nation)
    draft.add("authority_changes", from_code=old, to_code=new, change_date=day)
    draft.member(service, old, SINCE, draft.one_of([None, day - timedelta(days=1)]))


def _begins_or_ends(draft: Draft, service: str, nation: str) -> None:
    """A membership over a part of the years, in one or two stretches, or two registers' statements of it."""
    code = draft.area(f"{service[-3:]}some", nation=nation)
    first = draft.day(date(2021, 1, 1), date(2024, 6, 30))
    last = first + timedelta(days=draft.rng.randint(100, 800))
    draft.member(service, code, draft.one_of([first, None]), last)
    if draft.chance(0.6):
        again = last + timedelta(days=draft.one_of([1, 1, 60]))
        source = draft.name("other_register" if draft.chance(0.5) else "register")
        draft.member(service, code, again, source_id=source)


def _restated(draft: Draft, service: str, nation: str) -> None:
    """A register that says something else of its service in a later delivery."""
    codes = [draft.area(f"{service[-3:]}{number}", nation=nation) for number in range(3)]
    for delivery in (1, 2):
        for code in draft.rng.sample(codes, draft.rng.randint(1, 3)):
            draft.member(service, code, **draft.delivered(delivery))


def _disputed(draft: Draft, service: str, nation: str) -> None:
    """Two registers that differ in the days of an authority."""
    code = draft.area(f"{service[-3:]}two", nation=nation)
    first = draft.one_of([date(2023, 4, 1), None])
    draft.add("authorities", area_code=code, area_type="authority", area_name="Another name", valid_from=first,
              valid_to=draft.one_of([date(2024, 6, 30), None]), source_id=draft.name("other_register"))  # fmt: skip
    draft.member(service, code)


Story = Callable[[Draft, str, str], None]
STORIES: dict[Story, float] = {
    _alone: 10, _together: 5, _recoded: 4, _merged: 3, _split: 3, _loses_a_part: 1, _begins_or_ends: 2, _restated: 2,
    _disputed: 1,
}  # fmt: skip


def _across_services(draft: Draft) -> None:
    if draft.chance(0.3):
        code = draft.area("mover", nation="England")
        first, second = draft.rng.sample(draft.services, 2)
        day = draft.one_of(CHANGES)
        draft.member(first, code, SINCE, day - timedelta(days=1))
        draft.member(second, code, day + timedelta(days=draft.one_of([0, 0, 40])))
    if draft.chance(0.25):
        code = draft.area("between", nation="England")
        for service in draft.rng.sample(draft.services, 2):
            draft.member(service, code, draft.one_of([SINCE, date(2024, 4, 1)]))


def _outside(draft: Draft) -> None:
    if draft.chance(0.3):
        draft.area("nowhere", nation=draft.one_of(["England", None, "Scotland"]))
    if draft.chance(0.2):
        # Stated by one register, unknown to all registers of areas.
        code = draft.name("unheard")
        draft.authorities.append(code)
        draft.member(draft.one_of(draft.services), code, draft.one_of([SINCE, None]))


def _districts(draft: Draft) -> None:
    if not draft.chance(0.5):
        return
    parents = draft.rng.sample(draft.authorities, min(2, len(draft.authorities)))
    for number in range(draft.rng.randint(2, 4)):
        code = draft.name(f"district{number}")
        if draft.chance(0.9):
            draft.area(f"district{number}", "district", valid_to=draft.one_of([None, None, date(2023, 12, 31)]))
        draft.districts.append(code)
        for valid_on in draft.rng.sample(
            [date(2020, 4, 1), date(2023, 4, 1), date(2025, 4, 1)], draft.rng.randint(1, 2)
        ):
            draft.add("authority_parents", child_code=code, parent_code=draft.one_of(parents), valid_on=valid_on)
