"""What exists in the fictional country, and when."""

from collections import Counter
from datetime import date

import pytest

from pipelines.sample.country import MERGED, RECODED, SPLIT, found_country


@pytest.mark.parametrize(
    ("on", "england", "wales"),
    [
        (date(2007, 4, 1), 138, 17),
        (date(2011, 3, 31), 138, 17),
        (date(2022, 12, 31), 137, 17),
        (date(2023, 12, 31), 138, 17),
        (date(2025, 3, 31), 138, 17),
    ],
)
def test_services_in_force(on, england, wales):
    found = Counter(service.nation for service in found_country().services_on(on))
    assert found == {"England": england, "Wales": wales}


def test_five_services_cover_several_authorities():
    country = found_country()
    sizes = [
        len(country.members_on(service, date(2023, 12, 31))) for service in country.services_on(date(2023, 12, 31))
    ]
    assert sorted(size for size in sizes if size > 1) == [2, 2, 2, 3, 4]
    assert min(sizes) == 1


@pytest.mark.parametrize("on", [date(2007, 4, 1), RECODED, MERGED, SPLIT, date(2024, 6, 30)])
def test_every_authority_in_force_is_in_exactly_one_service(on):
    country = found_country()
    members = Counter(a.code for service in country.services_on(on) for a in country.members_on(service, on))
    assert members == dict.fromkeys((a.code for a in country.authorities_on(on)), 1)


def test_one_merger_one_split_one_recoded_authority():
    country = found_country()
    ended = Counter(service.last_day for service in country.services if service.last_day)
    begun = Counter(service.first_day for service in country.services)
    assert sorted(ended.values()) == [1, 2]
    assert (begun[MERGED], begun[SPLIT]) == (1, 2)
    followed = {a.code: a.successors for a in country.authorities if a.successors}
    assert sorted(len(after) for after in followed.values()) == [1, 2]
    (old,) = [country.authority(code) for code, after in followed.items() if len(after) == 1]
    new = country.authority(old.successors[0])
    assert (old.name, new.first_day, (new.first_day - old.last_day).days) == (new.name, RECODED, 1)


def test_registers_agree_with_the_country(table):
    register = table("local_authorities_register.csv")
    (split,) = register.filter(register["replaced-by"].str.contains(",").fill_null(False)).to_dicts()
    after = register.filter(register["local-authority-code"].is_in(split["replaced-by"].split(",")))
    assert split["end-date"] == "2023-04-01"
    assert after["start-date"].to_list() == ["2023-04-01"] * 2
    services = table("service_register.csv")
    assert services["authority_code"].is_in(register["gss-code"].to_list()).all()
    assert services.filter(services["valid_to"] == "2022-09-30").height == 2
    assert table("local_authorities_dfe.csv").height == register.filter(register["nation"] == "England").height
