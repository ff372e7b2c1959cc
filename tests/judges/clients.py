"""Clients of the running system, and the browser that a person uses with them."""

import re
from html import unescape
from urllib.parse import urljoin
from uuid import uuid4

import httpx

from tests.journeys.people import csrf_of
from tests.journeys.stack import Stack

PASSWORD = "Balikpapan-2026"
RESIDENT = "warga@demo.balikpapan.example"
CALLBACK = "http://127.0.0.1:1/callback"  # nobody listens: the browser stops where it is sent
SIGNED_OUT = "http://127.0.0.1:1/signed-out"

_REGISTER = """
from accounts.operations import register_relying_party
register_relying_party(client_id={client_id!r}, client_secret={client_secret!r}, name={client_id!r},
    scopes={scopes!r}, redirect_uris={redirect_uris!r}, post_logout_redirect_uris={signed_out!r},
    agency_code={agency_code!r}, backchannel_logout_uri={backchannel_logout_uri!r})
"""


def registered(
    stack: Stack,
    *,
    redirect_uris: tuple[str, ...] = (CALLBACK,),
    signed_out: tuple[str, ...] = (SIGNED_OUT,),
    scopes: tuple[str, ...] = ("openid", "profile", "email"),
    backchannel_logout_uri: str = "",
    agency_code: str = "DISDUKCAPIL",
) -> dict[str, str]:
    """Register a confidential client of an agency; return its id and secret."""
    given = {"client_id": f"judge-{uuid4().hex[:8]}", "client_secret": uuid4().hex + uuid4().hex}
    code = _REGISTER.format(
        **given,
        redirect_uris=redirect_uris,
        signed_out=signed_out,
        scopes=scopes,
        backchannel_logout_uri=backchannel_logout_uri,
        agency_code=agency_code,
    )
    done = stack.manage("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    return given


class Browser:
    """A person's browser at the running system: cookies, the sign-in form, the consent form."""

    def __init__(self, base_url: str, email: str = RESIDENT) -> None:
        self.base_url = base_url
        self.email = email
        self.http = httpx.Client(follow_redirects=False, timeout=30)
        self.passwords = 0

    def browse(self, address: str) -> str:
        """Open `address` and do what the provider's pages ask; return where the provider sent the browser."""
        answer = self.http.get(address)
        for _step in range(12):
            if answer.is_redirect:
                address = urljoin(address, answer.headers["location"])
                if not address.startswith(self.base_url):
                    return address
                answer = self.http.get(address)
            else:
                answer = self._fill_in(address, answer)
        raise AssertionError(f"it goes round and round at {address}")

    def visit(self, site: str, path: str = "/surat/") -> httpx.Response:
        """Open a page of an agency's site, through the provider where it asks for a sign-in."""
        address = site + path
        for _step in range(12):
            answer = self.http.get(address)
            if not answer.is_redirect:
                return answer
            address = urljoin(address, answer.headers["location"])
            if address.startswith(self.base_url):
                address = self.browse(address)
        raise AssertionError(f"it goes round and round at {address}")

    def _fill_in(self, address: str, page: httpx.Response) -> httpx.Response:
        assert page.status_code == 200, f"{page.status_code} at {address}: {page.text}"
        form = {"csrfmiddlewaretoken": csrf_of(page.text)}
        if 'name="password"' in page.text:
            self.passwords += 1
            form |= {"login": self.email, "password": PASSWORD}
        else:
            main = page.text[page.text.index("<main") :]
            form |= dict(_fields(main)) | {"allow": "yes"}
        return self.http.post(address, data=form, headers={"Referer": address})


def _fields(html: str) -> list[tuple[str, str]]:
    """Return the hidden fields of a page's form."""
    found = []
    for tag in re.findall(r"<input[^>]*>", html):
        if 'type="hidden"' in tag and (name := re.search(r'name="([^"]*)"', tag)):
            value = re.search(r'value="([^"]*)"', tag)
            found.append((name[1], unescape(value[1]) if value else ""))
    return found
