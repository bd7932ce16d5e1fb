"""How two spellings of one name are told to be one: the only normalisation of names in the house."""

import unicodedata
from functools import cache

from slugify import slugify


@cache
def name_key(name: str) -> str:
    """A name without case, accents, punctuation and the word 'and' or '&', for comparing and never for showing."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = slugify(plain.replace("&", " and "), separator=" ").split()
    return " ".join(word for word in words if word != "and")


def service_id_of(standard_name: str) -> str:
    """The id of the service with this standard name."""
    return slugify(standard_name, separator="_")
