"""The ministry's web service CALL_VERIFY_BY_ELEMEN, as client code in use shows it.

What it answers is not published. Assumed, and to be confirmed with the ministry before use: a JSON object, or one in
`content`, with a text for each field that was sent, `Sesuai` or `Tidak Sesuai`, perhaps with the likeness in percent
in brackets; for a person who cannot be served, a text in `RESPON` or `RESPONSE_DESC`. Whatever is not understood is
`unknown`, never a match.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.cache import cache

from accounts.proofing.registry.port import Agreement, Answer, Asked, Member, Status, Unavailable
from superapp.http.outgoing import Unreachable, call

_FIELDS: Final = {"nik": "NIK", "kk": "NO_KK", "full_name": "NAMA_LGKP", "birth_date": "TGL_LHR"}
_LIKENESS: Final = re.compile(r"\(?\s*(\d{1,3})\s*%?\s*\)?\s*$")
_FAILURES, _REST_SECONDS = 5, 60
_BREAKER: Final = "registry-failures"


class Dukcapil:
    """The registry itself; see the setting `DUKCAPIL`. After five failures it is left alone for a minute."""

    name = "dukcapil"

    def verify(self, asked: Asked, *, seconds: float) -> Answer:
        """Ask the ministry's service. Neither what is sent nor what comes back is logged.

        :raises Unavailable: without an answer that can be understood, or while it is left alone.
        """
        if cache.get(_BREAKER, 0) >= _FAILURES:
            raise Unavailable("left alone for a while after failures")
        try:
            answer = _read(_ask(asked, seconds))
        except Unavailable:
            cache.set(_BREAKER, cache.get(_BREAKER, 0) + 1, _REST_SECONDS)
            raise
        cache.delete(_BREAKER)
        return answer

    def household_of(self, kk: str) -> tuple[Member, ...] | None:
        """Return None: this service compares, it does not tell who lives with whom."""
        return None


def _ask(asked: Asked, seconds: float) -> Mapping[str, Any]:
    ours = settings.DUKCAPIL
    body = {
        "USER_ID": ours["user"],
        "PASSWORD": ours["password"],
        "IP_USER": ours["address"],
        "TRESHOLD": ours["threshold"],  # as the service spells it
        "NIK": asked.nik,
        "NO_KK": asked.kk,
        "NAMA_LGKP": asked.full_name,
        "TGL_LHR": f"{asked.birth_date:%d-%m-%Y}",
    }
    try:
        answer = call("POST", ours["url"], seconds=seconds, json=body)
    except Unreachable:
        raise Unavailable("no answer") from None  # the cause could quote what was sent
    if answer.status != 200:
        raise Unavailable(f"status {answer.status}")
    try:
        read = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise Unavailable("the answer is not JSON") from None
    return _object_in(read)


def _object_in(read: Any) -> Mapping[str, Any]:
    """Return the object with the fields, which may stand in `content`, alone or as the only one of a list."""
    if isinstance(read, dict) and "content" in read:
        read = read["content"]
    if isinstance(read, list) and len(read) == 1:
        read = read[0]
    if not isinstance(read, dict):
        raise Unavailable("the answer has an unknown shape")
    return {str(name).upper(): value for name, value in read.items()}


def _read(told: Mapping[str, Any]) -> Answer:
    status = _status(told)
    if status is not Status.ALIVE:
        return Answer({"nik": Agreement.UNKNOWN}, status)
    if not any(name in told for name in _FIELDS.values()):
        raise Unavailable("the answer has an unknown shape")
    fields = {ours: _agreement(told.get(theirs)) for ours, theirs in _FIELDS.items()}
    likeness = {ours: _LIKENESS.search(str(told.get(theirs, ""))) for ours, theirs in _FIELDS.items()}
    return Answer(fields, status, {name: min(100, int(found[1])) for name, found in likeness.items() if found})


def _status(told: Mapping[str, Any]) -> Status:
    said = f"{told.get('RESPON', '')} {told.get('RESPONSE_DESC', '')}".lower()
    if "meninggal" in said:
        return Status.DECEASED
    if "tidak ditemukan" in said:
        return Status.NOT_FOUND
    if "non aktif" in said or "nonaktif" in said or "blokir" in said or "ganda" in said:
        return Status.BLOCKED
    return Status.ALIVE


def _agreement(value: Any) -> Agreement:
    said = _LIKENESS.sub("", str(value or "")).strip(" (").lower()
    if said == "sesuai":
        return Agreement.MATCH
    return Agreement.MISMATCH if said == "tidak sesuai" else Agreement.UNKNOWN
