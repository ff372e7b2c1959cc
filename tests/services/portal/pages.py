"""Reading a page as a person or an assistive technology does."""

import re
from typing import Any

from django.test import Client

from accounts.models import User


def text_of(response: Any) -> str:
    """Return the words of a page's main part, in one line."""
    found = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert found, response.content[:500]
    return " ".join(re.sub(r"<[^>]+>", " ", found.group()).split())


def heading_of(response: Any) -> str:
    """Return the page's one heading of the first rank."""
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", heading).split())


def links_of(response: Any) -> set[str]:
    """Return every address of this site that the page leads to."""
    found = re.findall(r'<a [^>]*href="([^"#]+)"', response.content.decode())
    return {each.replace("&amp;", "&") for each in found if each.startswith(("/", "?"))}


def language_of(response: Any) -> str:
    """Return the language that the page says it is in."""
    found = re.search(r'<html lang="(\w+)">', response.content.decode())
    assert found
    return found.group(1)


def browser_of(person: User) -> Client:
    """Return a browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client
