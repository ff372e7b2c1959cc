"""Publish service uji-7 anew, with another title; print when it was done."""

import time

import django

if __name__ == "__main__":
    django.setup()
    from django.utils import timezone

    from services.catalogue.operations import publish
    from services.definitions import load_content
    from tests.bench.definition import definition

    changed = definition(7) | {"title": {"id": "Judul baru", "en": "New title"}}
    publish(agency_code="DPMPTSP", module="bench", definition=load_content(changed), now=timezone.now())
    print(time.time())
