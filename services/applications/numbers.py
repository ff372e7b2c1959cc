"""Public reference numbers: random, so that nobody can guess or count them, with a check character."""

import secrets

# Crockford's alphabet: no I, L, O, U; read aloud and typed from paper without doubt.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8


def new_number() -> str:
    """Return a new reference such as `BPN-7K3M-2Q9F-X`: 40 random bits and a check character."""
    body = "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(_LENGTH))
    return f"BPN-{body[:4]}-{body[4:]}-{check_character(body)}"


def check_character(body: str) -> str:
    """Return the character that makes a mistyped or swapped character show (weighted sum modulo 31, a prime)."""
    total = sum(place * ALPHABET.index(character) for place, character in enumerate(body, start=1))
    return ALPHABET[total % 31]
