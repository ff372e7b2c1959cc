"""A visitor of an agency's site, for its self-test: bounded calls, its own cookies, no redirects by itself."""

import re
from urllib.parse import parse_qsl, urljoin, urlsplit

from superapp.http.outgoing import Answer, call

_MOST_STEPS = 6


class Strayed(Exception):
    """The site did not lead to the provider. `why` says so in both languages."""

    def __init__(self, id: str, en: str) -> None:
        super().__init__(en)
        self.why = {"id": id, "en": en}


class Visitor:
    """One browser with its cookies at one site."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def open(self, url: str) -> Answer:
        """Return the answer to a GET of `url`.

        :raises Unreachable: when there is none.
        """
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = call("GET", url, headers={"Cookie": kept} if kept else {})
        for cookie in re.split(r",\s*(?=[^;,=\s]+=)", answer.headers.get("set-cookie", "")):
            name, sign, value = cookie.partition(";")[0].partition("=")
            if sign:
                self.cookies[name.strip()] = value.strip()
        return answer

    def begin(self, url: str, *, authorize: str) -> dict[str, str]:
        """Follow the site from `url` to the provider's `authorize` address; return the request's parameters.

        :raises Strayed: when it does not lead there.
        :raises Unreachable: when it does not answer.
        """
        for _step in range(_MOST_STEPS):
            location = self.open(url).headers.get("location")
            if not location:
                path = urlsplit(url).path
                raise Strayed(f"{path} tidak mengarah ke mana pun", f"{path} leads nowhere")
            url = urljoin(url, location)
            if url.partition("?")[0] == authorize:
                return dict(parse_qsl(urlsplit(url).query))
        raise Strayed("pengalihannya berputar-putar", "it goes round and round")

    def is_signed_in(self, session_uri: str) -> bool:
        """Return whether the site's own page says that somebody is signed in: 200, and nothing else."""
        return self.open(session_uri).status == 200
