"""`python -m tests.bench.pages`: print how many pages PostgreSQL looks at for each list, as JSON.

The statements are those that the product sends, caught on their way.
"""

import json
from typing import Any

import django


def main() -> None:
    """Ask each list once as the product does, and explain every statement that it sent."""
    from django.db import connection
    from django.test import Client

    connection.force_debug_cursor = True  # so that the lean path's statements come by, too
    found = {}
    for case in _lists():
        headers = {"Authorization": f"Bearer {'bench-token-7' if case.mode == 'token' else 'bench-officer'}"}
        client, sent = Client(headers=headers, HTTP_HOST="127.0.0.1"), Sent()
        for _ in range(2):  # the first look fills what is kept in the process
            sent.statements.clear()
            with connection.execute_wrapper(sent):
                if case.mode == "search":
                    answer = client.post(case.path, case.body, content_type="application/json")
                else:
                    answer = client.get(case.path)
        assert answer.status_code == 200, (case.path, answer.content)
        found[case.row] = sum(_pages(connection, *each) for each in sent.statements)
    print(json.dumps(found))


def _lists() -> list[Any]:
    from tests.bench.growth import cases

    return [case for case in cases() if case.mode in ("token", "office", "search")]


class Sent:
    """Keeps what reads."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "(")):
            self.statements.append((statement, params))
        return execute(statement, params, many, context)


def _pages(connection: Any, statement: str, params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", params)
        (told,) = cursor.fetchone()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


if __name__ == "__main__":
    django.setup()
    main()
