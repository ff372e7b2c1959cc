"""Verification codes: typed from paper, so no two characters look alike, and a slip of the hand shows."""

import re
import secrets

# 31 characters, a prime number: then a weighted sum catches every single wrong character and every swap of
# neighbours. No I, L, O, U, Z: they are read as 1, 1, 0, V, 2.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_PLACES = {character: place for place, character in enumerate(ALPHABET)}
_LENGTH = 12  # 59 random bits
_LOOK_ALIKES = str.maketrans("ILOUZ", "110V2")


def new_code() -> str:
    """Return a new code such as `7K3M-2Q9F-XT5R-V`: twelve random characters and a check character."""
    body = random_characters(_LENGTH)
    return _grouped(body + check_character(body))


def random_characters(length: int) -> str:
    """Return so many characters of the alphabet, of one draw of the system's randomness."""
    drawn, found = secrets.randbelow(len(ALPHABET) ** length), ""
    for _ in range(length):
        drawn, place = divmod(drawn, len(ALPHABET))
        found += ALPHABET[place]
    return found


def check_character(body: str) -> str:
    """Return the character that follows `body`: the weighted sum of its places, modulo 31."""
    total = sum(place * _PLACES[character] for place, character in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed (any case, look-alikes); None when it cannot be one."""
    if len(typed) > 40:
        return None
    characters = re.sub(r"[\s\-\u2010-\u2015_.]", "", typed).upper().translate(_LOOK_ALIKES)
    if len(characters) != _LENGTH + 1 or not all(each in ALPHABET for each in characters):
        return None
    if check_character(characters[:-1]) != characters[-1]:
        return None
    return _grouped(characters)


def _grouped(characters: str) -> str:
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))
