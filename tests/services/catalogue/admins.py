"""An OPD admin who writes services over the API."""

import copy
from typing import Any

from django.utils import timezone

from services.events.operations import drain
from tests.accounts.proofing.conftest import Caller
from tests.services.applications.factory import CONTENT


class Admin(Caller):
    """An OPD admin who writes services; `If-Match` is the ETag that was read last, unless one is given."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller.user)
        self.etags: dict[str, str] = {}

    def send(self, method: str, path: str, body: Any = None, *, etag: str = "", key: str = "") -> Any:
        headers = {"HTTP_IF_MATCH": etag or self.etags.get(path.split("/")[2], "*")}
        self.api.credentials(**headers)
        answer = self._call(method, path, body, key)
        if "/draft/" in path and "ETag" in answer.headers:
            self.etags[path.split("/")[2]] = answer.headers["ETag"]
        return answer

    def make(self, slug: str = "surat-uji", **changes: Any) -> Any:
        """Begin a new service with sound content; return the answer."""
        content = copy.deepcopy(CONTENT) | changes | {"service": slug}
        made = self.post("office/services/", {"service": slug, "content": content})
        assert made.status_code == 201, made.content
        self.etags[slug] = made.headers["ETag"]
        return made

    def publish(self, slug: str = "surat-uji", **wish: Any) -> Any:
        return self.send("post", f"office/services/{slug}/publish/", wish)

    def replay(self, slug: str = "surat-uji", **wanted: Any) -> Any:
        """Have the draft tried, and let a worker do it; return what was found."""
        asked = self.post(f"office/services/{slug}/replay/", wanted)
        assert asked.status_code == 202, asked.content
        while drain(now=timezone.now()):
            pass
        found = self.get(f"office/services/{slug}/replay/")
        assert found.json()["state"] == "done", found.content
        return found.json()

    def change(self, slug: str = "surat-uji", **changes: Any) -> Any:
        """Begin a draft of the version that stands, with some of its content changed."""
        begun = self.send("post", f"office/services/{slug}/draft/", {})
        assert begun.status_code == 201, begun.content
        self.etags[slug] = begun.headers["ETag"]
        saved = self.send("patch", f"office/services/{slug}/draft/", {"content": changes})
        assert saved.status_code == 200, saved.content
        return saved
