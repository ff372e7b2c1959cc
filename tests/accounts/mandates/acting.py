"""Proposing, confirming and using mandates, as tests do."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.mandates import operations
from accounts.mandates.exchange import ACCESS_TOKEN, GRANT
from accounts.mandates.models import Mandate, Relation
from accounts.models import User

NIK = "6471015403190001"
NIB = "9120001234567"


def child_of(siti: User, officer: User) -> Mandate:
    asked = operations.add_child(
        parent_id=siti.pk, nik=NIK, full_name="Aisyah", birth_date=date(2019, 3, 14), now=timezone.now()
    )
    return confirmed(asked, officer, NIK)


def confirmed(asked: Mandate, officer: User, number: str) -> Mandate:
    kinds = [Relation.CHILD, Relation.COMPANY]
    return operations.confirm(
        mandate_id=asked.id, officer_id=officer.pk, number=number, kinds=kinds, now=timezone.now()
    )


def swap(token: str, mandate: Any, **changes: str) -> Any:
    form = {
        "grant_type": GRANT,
        "client_id": "app",
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
        "mandate": str(mandate),
    } | changes
    return Client().post("/o/token/", form)


def bearer(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def post(token: str, path: str, **body: Any) -> Any:
    headers = {"Idempotency-Key": str(uuid4())}
    return bearer(token).post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)
