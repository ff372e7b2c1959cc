"""What every peer does, so that all do the same: the SQL of each task and how a row is told."""

import base64
import hashlib
import json
import os
import secrets
import uuid
from datetime import UTC, date, datetime

import jsonschema_rs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from superapp.identifiers import uuid7

DATABASE_URL = os.environ["DATABASE_URL"]
LANGUAGE = "id"
SIGNING_KEY = Ed25519PrivateKey.generate()

CATALOGUE = """
SELECT s.slug, v.content->'title' AS title, v.content->'summary' AS summary, a.code AS agency_code, a.name AS agency_name,
       s.category, s.life_events, v.content->'access'->>'assurance' AS assurance, v.content->'fee' AS fee,
       v.content->'deadline' AS deadline, v.number AS version
FROM catalogue_service s
JOIN agencies_agency a ON a.id = s.agency_id
JOIN catalogue_serviceversion v ON v.id = s.current_id
WHERE s.is_open ORDER BY v.content->'title'->>'id', s.slug LIMIT 20
"""
ONE_SERVICE = """
SELECT s.slug, v.content AS content, a.code AS agency_code, a.name AS agency_name, s.category, s.life_events,
       v.number AS version, v.sha256 AS sha256
FROM catalogue_service s
JOIN agencies_agency a ON a.id = s.agency_id
JOIN catalogue_serviceversion v ON v.id = s.current_id
WHERE s.slug = %s
"""
TOKEN = """
SELECT u.id, t.scope FROM oauth2_provider_accesstoken t JOIN accounts_user u ON u.id = t.user_id
WHERE t.token_checksum = %s AND t.expires > now() AND u.is_active
"""
MINE = """
SELECT p.id, p.number, p.state, p."end", p.due_on, p.submitted_at, p.updated_at, s.slug, v.content->'title' AS title,
       a.code AS agency_code, a.name AS agency_name
FROM applications_application p
JOIN catalogue_service s ON s.id = p.service_id
JOIN catalogue_serviceversion v ON v.id = p.version_id
JOIN agencies_agency a ON a.id = p.agency_id
WHERE p.applicant_id = %s ORDER BY p.updated_at DESC, p.id DESC LIMIT 20
"""
DRAFT = """
SELECT p.answers, p.revision, p.version_id FROM applications_application p
WHERE p.id = %s AND p.applicant_id = %s AND p.state = 'draft' FOR UPDATE
"""


def checksum(header: str) -> str:
    return hashlib.sha256(header.removeprefix("Bearer ").encode()).hexdigest()


def local(texts) -> str:
    texts = json.loads(texts) if isinstance(texts, str) else texts
    return texts.get(LANGUAGE) or texts["id"]


def service_line(row) -> dict:
    fee, deadline = row["fee"], row["deadline"]
    return {
        "slug": row["slug"],
        "title": local(row["title"]),
        "summary": local(row["summary"]),
        "agency": {"code": row["agency_code"], "name": row["agency_name"]},
        "category": row["category"],
        "life_events": list(row["life_events"]),
        "assurance": row["assurance"],
        "fee": {"amount": fee.get("amount"), "computed": "rule" in fee},
        "deadline": {"working_days": deadline.get("working_days")},
        "version": row["version"],
    }


def service_detail(row) -> dict:
    content = row["content"]
    line = service_line(row | {
        "title": content["title"], "summary": content["summary"], "assurance": content["access"]["assurance"],
        "fee": content["fee"], "deadline": content["deadline"],
    })
    return line | {
        "legal_basis": content.get("legal_basis", []),
        "requirements": [
            {"id": each["id"], "title": local(each["title"]), "accept": each["accept"], "max_mb": each["max_mb"]}
            for each in content.get("requirements", [])
        ],
        "sha256": row["sha256"],
    }


def application_line(row) -> dict:
    return {
        "id": row["id"],
        "number": row["number"],
        "service": {"slug": row["slug"], "title": local(row["title"])},
        "agency": {"code": row["agency_code"], "name": row["agency_name"]},
        "state": row["state"],
        "end": row["end"] or None,
        "due_on": row["due_on"],
        "submitted_at": row["submitted_at"],
        "updated_at": row["updated_at"],
    }


def validator(schema: dict) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema)


def signed(claims: dict) -> str:
    """A receipt as the product gives one: a compact JWS (EdDSA)."""
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in ({"alg": "EdDSA"}, claims)]
    written = ".".join(parts)
    return f"{written}.{base64.urlsafe_b64encode(SIGNING_KEY.sign(written.encode())).decode().rstrip('=')}"


def submission(*, application_id: uuid.UUID, person_id: uuid.UUID, answers: dict, key: str) -> dict:
    """The values of the four rows and the update that a submission writes."""
    now = datetime.now(UTC)
    event_id = uuid7()
    facts = {"application": str(application_id), "sequence": 1, "type": "submitted", "to_state": "submitted"}
    digest = hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()
    number = "PEER-" + secrets.token_hex(6).upper()
    receipt = signed({
        "iat": int(now.timestamp()), "application": str(application_id), "number": number, "submission": 1,
        "content_sha256": digest, "submitted_at": now.isoformat(), "due_on": "2026-12-01", "service": "uji",
        "agency": "DPMPTSP", "version": 1, "version_sha256": digest, "jti": str(event_id),
        "deadline": {"days": 5, "working": True, "basis": "UU 30/2014 Pasal 53"},
    })
    told = {
        "id": str(application_id), "number": number, "state": "submitted", "answers": answers, "files": [],
        "fee": {"amount": 0, "currency": "IDR"}, "submitted_at": now.isoformat(), "updated_at": now.isoformat(),
        "due_on": "2026-12-01", "receipt": receipt,
    }
    return {
        "id": application_id, "person": person_id, "number": number, "answers": json.dumps(answers), "now": now,
        "due_on": date(2026, 12, 1), "submission": uuid7(), "digest": digest, "event": event_id,
        "facts": json.dumps(facts), "first": "0" * 64,
        "hash": hashlib.sha256((digest + str(event_id)).encode()).hexdigest(), "key": key, "receipt": receipt,
        "fingerprint": hashlib.sha256(key.encode()).hexdigest(),
        "body": json.dumps(told).encode(),
    }
