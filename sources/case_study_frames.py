"""The case studies as frames: their services, claims and facts, each with the document and the place it stands.

What belongs here: turning declarations into rows with stable ids. What does not: any judgement of them.
"""

from hashlib import md5

import polars as pl

from sources.models.case_study import CaseStudy

TEXT, NUMBER, BOOLEAN, DATE = pl.String, pl.Float64, pl.Boolean, pl.Date
SERVICES = {"service_id": TEXT, "study_id": TEXT, "service_name": TEXT, "nation": TEXT, "note": TEXT, "citation": TEXT}
ASSERTIONS = {
    "assertion_id": TEXT, "service_id": TEXT, "service_name": TEXT, "typology_id": TEXT, "model_id": TEXT,
    "tenure": TEXT, "valid_from": DATE, "from_precision": TEXT, "valid_to": DATE, "to_precision": TEXT,
    "scope_percent": NUMBER, "source": TEXT, "source_date": DATE, "page": TEXT, "quote": TEXT, "coder": TEXT,
    "study_id": TEXT, "note": TEXT, "conflict_id": TEXT,
}  # fmt: skip
FACTS = {
    "fact_id": TEXT, "study_id": TEXT, "subject_id": TEXT, "service_id": TEXT, "feature": TEXT, "value": TEXT,
    "value_number": NUMBER, "source": TEXT, "source_date": DATE, "locator": TEXT, "quote": TEXT, "note": TEXT,
    "conflict_id": TEXT, "is_verified": BOOLEAN,
}  # fmt: skip


def case_study_frames(studies: tuple[CaseStudy, ...]) -> dict[str, pl.DataFrame]:
    """The frames case_study_services, case_study_assertions and case_study_facts."""
    return {
        "case_study_services": pl.DataFrame(
            [
                (study.service_id(service.key), study.id, service.name, service.nation, service.note, study.citation)
                for study in studies
                for service in study.services
            ],
            schema=SERVICES,
            orient="row",
        ),
        "case_study_assertions": _assertions(studies),
        "case_study_facts": _facts(studies),
    }


def _assertions(studies: tuple[CaseStudy, ...]) -> pl.DataFrame:
    rows = []
    for study in studies:
        documents = {document.id: document for document in study.documents}
        names = {service.key: service.name for service in study.services}
        for claim in study.assertions:
            document = documents[claim.document]
            said = (
                study.service_id(claim.service), names[claim.service], claim.typology, claim.model, claim.tenure,
                claim.valid_from, claim.from_precision, claim.valid_to, claim.to_precision, claim.scope_percent,
                document.source, document.as_of, claim.page, claim.quote, claim.coder, study.id,
            )  # fmt: skip
            rows.append((_stable_id(*said), *said, claim.note, claim.conflict))
    return pl.DataFrame(rows, schema=ASSERTIONS, orient="row")


def _facts(studies: tuple[CaseStudy, ...]) -> pl.DataFrame:
    rows = []
    for study in studies:
        documents = {document.id: document for document in study.documents}
        subjects = study.subjects
        for fact in study.facts:
            document = documents[fact.document]
            service = subjects[fact.subject]
            said = (
                study.id,
                study.id if fact.subject == "study" else study.service_id(fact.subject),
                study.service_id(service) if service else None,
                fact.feature,
                str(fact.value),
                None if isinstance(fact.value, str) else float(fact.value),
                document.source,
                document.as_of,
                fact.page,
            )
            rows.append((_stable_id(*said), *said, fact.quote, fact.note, fact.conflict, fact.verified))
    return pl.DataFrame(rows, schema=FACTS, orient="row")


def _stable_id(*said: object) -> str:
    """The same words have the same id in every release; it is no secret, so the fast hash serves."""
    return md5("|".join("" if part is None else str(part) for part in said).encode(), usedforsecurity=False).hexdigest()
