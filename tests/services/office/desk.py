"""An admin at the desk, sending what the pages' own forms hold: nothing that is not there can be sent."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User
from services.catalogue.models import ServiceDraft

HOME = "/kantor/layanan/"


class Desk:
    """A browser on the pages of services. It reads each page's forms, fills them in and sends them."""

    def __init__(self, browser: Client, user: User, slug: str = "izin-lapak") -> None:
        self.browser, self.user, self.slug = browser, user, slug

    def address(self, page: str = "", **asked: str) -> str:
        return f"{HOME}{self.slug}/{page}" + (f"?{urlencode(asked)}" if asked else "")

    def see(self, page: str = "", **asked: str) -> Any:
        answer = self.browser.get(self.address(page, **asked))
        assert answer.status_code == 200, (page, asked, answer.status_code, answer.get("Location"))
        return answer

    def fill(self, page: str, typed: Mapping[str, Any] | None = None, /, *, button: str = "", **asked: str) -> Any:
        """Fill in the form that has all the fields that are typed and the button that is pressed, and send it."""
        shown = self.see(page, **asked)
        return self.send(page, shown, typed or {}, button=button, **asked)

    def send(self, page: str, shown: Any, typed: Mapping[str, Any], *, button: str = "", **asked: str) -> Any:
        """Send the form of a page that was seen before."""
        name, _, value = button.partition("=")
        for form in forms_in(shown.content.decode()):
            fitting = typed.keys() <= form.names and all(_can_be_chosen(form, key, each) for key, each in typed.items())
            if fitting and (not button or (name, value) in form.buttons):
                sent = form.values | dict(typed) | ({name: value} if button else {})
                return self.browser.post(self.address(page, **asked), sent)
        raise AssertionError(f"no form of {page} takes {dict(typed)} and {button}")

    def done(self, *arguments: Any, **more: Any) -> None:
        """Fill in and send; it is taken."""
        answer = self.fill(*arguments, **more)
        assert answer.status_code == 302, errors_in(answer)

    def add_field(self, kind: str, id: str, en: str, section: str = "/form/ui/elements/0", **typed: Any) -> None:
        said = {"label_id": id, "label_en": en} | typed
        self.done("isian/baru/", said, jenis=kind, bagian=section)

    @property
    def draft(self) -> ServiceDraft:
        return ServiceDraft.objects.get(service__slug=self.slug)


class Sent:
    """A form of a page: what it would send, what it may send, and its buttons."""

    def __init__(self, html: str) -> None:
        self.values: dict[str, Any] = {}
        self.offered: dict[str, set[str]] = {}
        for tag in re.findall(r"<input[^>]*>", html):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            name, value = unescape(said.get("name", "")), unescape(said.get("value", "on"))
            if said.get("type") in ("checkbox", "radio"):
                self.offered.setdefault(name, set()).add(value)
                if re.search(r"\bchecked\b", tag):
                    self._add(name, value)
            else:
                self._add(name, unescape(said.get("value", "")))
        for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
            self.values[name] = unescape(text)
        for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
            options = [unescape(each) for each in re.findall(r'<option value="([^"]*)"', inner)]
            chosen = re.search(r'<option value="([^"]*)"[^>]*selected', inner)
            self.offered[name] = set(options)
            self.values[name] = unescape(chosen[1]) if chosen else options[0] if options else ""
        self.buttons = set(re.findall(r'<button[^>]*name="([^"]*)" value="([^"]*)"', html))
        self.names = self.values.keys() | self.offered.keys()

    def _add(self, name: str, value: str) -> None:
        if name in self.values:
            standing = self.values[name]
            self.values[name] = [*(standing if isinstance(standing, list) else [standing]), value]
        else:
            self.values[name] = value


def _can_be_chosen(form: Sent, name: str, value: Any) -> bool:
    offered = form.offered.get(name)
    return offered is None or {*(value if isinstance(value, list) else [value])} <= {*offered, ""}


def forms_in(html: str) -> list[Sent]:
    """Return the forms of a page's main part that are sent by POST."""
    html = html.partition("<main")[2]
    return [Sent(each) for each in re.findall(r'<form[^>]*method="post"[^>]*>(.*?)</form>', html, re.DOTALL)]


def errors_in(answer: Any) -> list[str]:
    """Return what a page says is wrong with what was typed."""
    found = re.findall(r'class="errorlist[^"]*"[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]
