"""Applying for another."""

from accounts.bearer import Actor
from services.applications.queries.behalf import covers
from services.catalogue.versions import Version
from superapp.http.problems import Problem


def require_reach(actor: Actor | None, version: Version) -> None:
    """Refuse who acts for another where the service or the mandate does not let them.

    :raises Problem: 403 `not_on_behalf`, naming the service.
    """
    if covers(actor, version):
        return
    titles = {code: version.text("title", code) for code in ("id", "en")}
    raise Problem(
        status=403,
        code="not_on_behalf",
        detail={
            "id": f"{titles['id']} tidak dapat diajukan atas nama orang lain dengan kuasa ini.",
            "en": f"{titles['en']} cannot be applied for on another's behalf by this mandate.",
        },
    )
