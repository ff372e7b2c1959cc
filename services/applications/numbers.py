"""Public reference numbers: random, so that nobody can guess or count them, with a check character."""

from services.documents.codes import check_character, random_characters

_LENGTH = 8


def new_number() -> str:
    """Return a new reference such as `BPN-7K3M-2Q9F-0`: eight random characters (39 bits) and a check character.

    The same alphabet and check as a document's code: read aloud and typed from paper without doubt.
    """
    body = random_characters(_LENGTH)
    return f"BPN-{body[:4]}-{body[4:]}-{check_character(body)}"
