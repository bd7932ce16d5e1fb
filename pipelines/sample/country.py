"""The fictional country: dated authorities, dated services, and which authority belonged to which service.

155 services are in force on 31 December 2023: 138 whose nation is England and 17 whose nation is Wales, as in the
2023/24 plans. 138 English services were in force from 2007 to 2011. In between: one merger (1 October 2022), one
split (1 April 2023) and one authority that changed its code and kept its area (1 April 2020). Five services in force
on 31 December 2023 cover several authorities. The country does not depend on the seed; only its numbers do.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.sample.names import FICTIONAL, english_names, region_names, welsh_names

ENGLAND, WALES = "England", "Wales"
COUNTRY_CODE, COUNTRY_NAME = "FICT00ENG", f"England ({FICTIONAL})"

FOUNDED = date(1996, 4, 1)
SERVICES_BEGAN = date(2000, 4, 1)
RECODED = date(2020, 4, 1)
MERGED = date(2022, 10, 1)
SPLIT = date(2023, 4, 1)

_SINGLE_ENGLISH = 131
_SINGLE_WELSH = 16
_REGIONS = 9
_LONDON = 2
_TYPES = ("UA", "MD", "UA", "LBO", "CTY", "UA", "MD", "LBO", "UA", "CTY")


@dataclass(frozen=True)
class Authority:
    """A dated upper-tier authority. `last_day` is inclusive; `successors` are codes. A tiny one has few children."""

    code: str
    name: str
    nation: str
    kind: str
    region: int | None
    dfe_code: str
    first_day: date = FOUNDED
    last_day: date | None = None
    successors: tuple[str, ...] = ()
    is_tiny: bool = False

    def is_in_force(self, on: date) -> bool:
        """Whether the authority existed on that day."""
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)


@dataclass(frozen=True)
class Service:
    """A dated youth justice service and the authorities stated to belong to it over its whole life."""

    code: str
    name: str
    nation: str
    members: tuple[str, ...]
    first_day: date = SERVICES_BEGAN
    last_day: date | None = None
    evidence: str = f"{FICTIONAL} directory of services"

    def is_in_force(self, on: date) -> bool:
        """Whether the service existed on that day."""
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)


@dataclass(frozen=True)
class Country:
    """Everything that exists. `merged`, `split_into` and `recoded` name the services of the three events."""

    regions: tuple[tuple[str, str], ...]
    authorities: tuple[Authority, ...]
    services: tuple[Service, ...]
    merged: str
    split_into: tuple[str, str]
    recoded: str
    _by_code: dict[str, Authority] = field(repr=False, default_factory=dict)

    def authority(self, code: str) -> Authority:
        """The authority with this code."""
        return self._by_code[code]

    def authorities_on(self, on: date, nation: str | None = None) -> list[Authority]:
        """Authorities in force on a day, of one nation or of both."""
        return [a for a in self.authorities if a.is_in_force(on) and nation in (None, a.nation)]

    def services_on(self, on: date, nation: str | None = None) -> list[Service]:
        """Services in force on a day, of one nation or of both."""
        return [s for s in self.services if s.is_in_force(on) and nation in (None, s.nation)]

    def members_on(self, service: Service, on: date) -> list[Authority]:
        """Member authorities of a service in force on a day: stated members, or the successors of those that ended."""
        found = []
        for code in service.members:
            member = self.authority(code)
            if member.is_in_force(on):
                found.append(member)
            else:
                found += [self.authority(after) for after in member.successors if self.authority(after).is_in_force(on)]
        return found


class _Founder:
    """Hands out the next free name and code. Used once, to found the country."""

    def __init__(self) -> None:
        self._names = {ENGLAND: iter(english_names(200)), WALES: iter(welsh_names(20))}
        self._issued = {ENGLAND: 0, WALES: 0}
        self._services = 0
        self.authorities: list[Authority] = []
        self.services: list[Service] = []

    def authority(self, nation: str = ENGLAND, kind: str | None = None, **dates: object) -> Authority:
        """Found an authority; its class and region follow from its number where they are not given."""
        self._issued[nation] += 1
        number = self._issued[nation]
        if nation == ENGLAND:
            kind = kind or _TYPES[number % len(_TYPES)]
            region = _LONDON if kind == "LBO" else (number * 4) % _REGIONS
            code, dfe_code = f"FE{number:07d}", f"F{number:03d}"
        else:
            kind, region, code, dfe_code = "WPA", None, f"FW{number:07d}", f"F{800 + number}"
        name = str(dates.pop("name", None) or next(self._names[nation]))
        founded = Authority(code, name, nation, kind, region, dfe_code, **dates)  # type: ignore[arg-type]
        self.authorities.append(founded)
        return founded

    def service(self, name: str, members: list[Authority], **more: object) -> Service:
        """Found a service of these authorities."""
        self._services += 1
        codes = tuple(member.code for member in members)
        founded = Service(f"FIC{self._services:04d}", name, members[0].nation, codes, **more)  # type: ignore[arg-type]
        self.services.append(founded)
        return founded


def found_country() -> Country:
    """The same country at every call."""
    founder = _Founder()
    for _ in range(_SINGLE_ENGLISH):
        single = founder.authority(is_tiny=len(founder.authorities) in (17, 71))
        founder.service(single.name, [single])
    for _ in range(_SINGLE_WELSH):
        single = founder.authority(WALES)
        founder.service(single.name, [single])

    four = [founder.authority(kind="UA") for _ in range(4)]
    founder.service(f"{four[0].name} Combined", four)
    three = [founder.authority(kind="UA"), founder.authority(kind="CTY"), founder.authority(kind="UA", is_tiny=True)]
    founder.service(f"{three[0].name}, {three[1].name} and {three[2].name}", three)
    two = [founder.authority(kind="MD"), founder.authority(kind="MD")]
    founder.service(f"{two[0].name} and {two[1].name}", two)
    welsh = [founder.authority(WALES), founder.authority(WALES)]
    founder.service(f"{welsh[0].name} and {welsh[1].name}", welsh)

    recoded = _recoded(founder)
    merged = _merged(founder)
    split_into = _split(founder)
    return Country(
        regions=tuple((f"FR{n:07d}", name) for n, name in enumerate(region_names(_REGIONS), start=1)),
        authorities=tuple(founder.authorities),
        services=tuple(founder.services),
        merged=merged,
        split_into=split_into,
        recoded=recoded,
        _by_code={authority.code: authority for authority in founder.authorities},
    )


def _recoded(founder: _Founder) -> str:
    """An authority that became a unitary one: another code, the same area, and a membership that is only inherited."""
    after = f"FE{len([a for a in founder.authorities if a.nation == ENGLAND]) + 2:07d}"
    old = founder.authority(kind="CTY", last_day=RECODED - timedelta(days=1), successors=(after,))
    founder.authority(kind="UA", name=old.name, first_day=RECODED)
    return founder.service(old.name, [old]).code


def _merged(founder: _Founder) -> str:
    """Two services that became one; their authorities did not change."""
    pair = [founder.authority(kind="MD"), founder.authority(kind="MD")]
    for authority in pair:
        founder.service(authority.name, [authority], last_day=MERGED - timedelta(days=1))
    order = f"{FICTIONAL} merger agreement"
    return founder.service(f"{pair[0].name} and {pair[1].name}", pair, first_day=MERGED, evidence=order).code


def _split(founder: _Founder) -> tuple[str, str]:
    """A county and its service that ended; two authorities and two services came after."""
    before = len([a for a in founder.authorities if a.nation == ENGLAND])
    after = (f"FE{before + 2:07d}", f"FE{before + 3:07d}")
    county = founder.authority(kind="CTY", last_day=SPLIT - timedelta(days=1), successors=after)
    founder.service(county.name, [county], last_day=SPLIT - timedelta(days=1))
    order = f"{FICTIONAL} structural changes order"
    new = [founder.authority(kind="UA", first_day=SPLIT) for _ in range(2)]
    first, second = (founder.service(one.name, [one], first_day=SPLIT, evidence=order).code for one in new)
    return first, second
