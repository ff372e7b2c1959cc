"""The tests' environment, set before anything reads the settings (loaded by `-p`, see pyproject.toml).

Each worker process has its own folder for mail, files, broker and keys.
"""

import os
import sys
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="superapp-test-")
os.environ["SUPERAPP_VAR"] = _folder.name
os.environ["SUPERAPP_TESTING"] = "1"
os.environ["SUPERAPP_THROTTLE"] = "off"
os.environ["LOG_LEVEL"] = "WARNING"
for name in ("SUPERAPP_LOCAL", "SUPERAPP_DEBUG", "SUPERAPP_BASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "CACHE_URL"):
    os.environ.pop(name, None)

# A module that tests bend as they like (tests/bent.py), plugged in as any vendor's package is.
_PACKAGE = str(Path(__file__).parent / "packages" / "opd_lentur")
sys.path.append(_PACKAGE)
