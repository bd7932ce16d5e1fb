"""Which service a person means: by id, name, code or another spelling; else the nearest spellings."""

from dataclasses import dataclass
from difflib import get_close_matches

from pipelines.intake.names import name_key
from pipelines.releases.asking import Ask

NEAREST = 5
LIKENESS = 0.55


@dataclass(frozen=True)
class Service:
    """A service by its id and standard name."""

    service_id: str
    service_name: str


class ServiceNotFound(Exception):
    """No service has that name; the message gives the nearest spellings."""


def service_named(text: str, ask: Ask) -> Service:
    """The service of this id or name.

    Raises:
        ServiceNotFound: none has it, or several; the message names the nearest.
    """
    services = {row["service_id"]: row["service_name"] for row in ask("select service_id, service_name from services")}
    if text in services:
        return Service(text, services[text])
    spelt = ask("select distinct service_id, service_name from structure_assertions where service_name is not null")
    by_key: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for service_id, name in [*services.items(), *((row["service_id"], row["service_name"]) for row in spelt)]:
        for spelling in (name, service_id.replace("_", " ")):
            by_key.setdefault(name_key(spelling), set()).add(service_id)
            shown.setdefault(name_key(spelling), spelling)
    found = by_key.get(name_key(text.replace("_", " ")), set())
    if len(found) == 1:
        service_id = next(iter(found))
        return Service(service_id, services.get(service_id, text))
    if found:
        raise ServiceNotFound(f"{text} may be {' or '.join(sorted(found))}: give the service_id.")
    near = get_close_matches(name_key(text), list(by_key), NEAREST, LIKENESS)
    within = [key for key in by_key if name_key(text) and name_key(text) in key and key not in near]
    names = list(dict.fromkeys(_name(key, by_key, services, shown) for key in (near + within)[:NEAREST]))
    hint = f"; the nearest are {', '.join(names)}" if names else "; dovetail structures list shows those there are"
    raise ServiceNotFound(f"No service is called {text}{hint}.")


def _name(key: str, by_key: dict[str, set[str]], services: dict[str, str], shown: dict[str, str]) -> str:
    service_id = min(by_key[key])
    return services.get(service_id, shown[key])
