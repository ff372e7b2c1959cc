"""Work out the expectations of the shared vectors, and what clients need beside them, anew."""

from services.definitions.vectors import FILE, regenerated
from services.definitions.vectors.language import LANGUAGE, language

FILE.write_text(regenerated(), "utf-8")
LANGUAGE.write_text(language(), "utf-8")
