"""A person who owns files, and a storage of the test's own."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import User


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create(email="siti@example.org", full_name="Siti Rahmawati")


@pytest.fixture(autouse=True)
def storage_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    assert Path(default_storage.path("")) == tmp_path
    return tmp_path
