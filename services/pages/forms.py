"""What a page gives the renderer of forms (`services/portal/renderer`) to show a definition's form."""

from typing import Any

from django.utils import timezone

from services.agencies.queries import districts


def shown_of(content: Any) -> dict[str, Any]:
    """Return what `SuperappForm.mount` takes to show a definition's form, for `json_script`."""
    parts = {name: content[name] for name in ("form", "requirements", "fee") if name in content}
    return {"definition": parts, "today": timezone.localdate().isoformat(), "regions": _regions()}


def _regions() -> list[dict[str, Any]]:
    return [
        {
            "code": district.code,
            "name": district.name,
            "subdistricts": [{"code": each.code, "name": each.name} for each in district.subdistricts.all()],
        }
        for district in districts()
    ]
