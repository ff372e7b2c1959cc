"""What a refusal looks like."""

from typing import Any


def problem(answer: Any) -> tuple[int, str]:
    """Return status and code of a problem document; fail where it is none."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    assert body["status"] == answer.status_code
    assert len(body["trace_id"]) == 32
    return answer.status_code, body["code"]


def fields(answer: Any) -> dict[str, str]:
    """Return the code of each field's error, by pointer."""
    return {each["pointer"]: each["code"] for each in answer.json()["errors"]}
