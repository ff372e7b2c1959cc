"""Encryption at rest: what opens, what does not, and how a key is replaced."""

from base64 import urlsafe_b64encode

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.sealing import Keyring, Unreadable
from superapp.secrets import key_ring

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def text(key: bytes) -> str:
    return urlsafe_b64encode(key).decode()


def test_what_was_sealed_opens_and_does_not_show_what_it_is() -> None:
    ring = Keyring({"k1": OLD})

    sealed = ring.seal(b"6471010101900001", context="person.nik")

    assert ring.open(sealed, context="person.nik") == b"6471010101900001"
    assert sealed.startswith("s1.k1.")
    assert "6471010101900001" not in sealed
    assert ring.seal(b"6471010101900001", context="person.nik") != sealed


def test_in_another_place_it_does_not_open() -> None:
    ring = Keyring({"k1": OLD})
    sealed = ring.seal(b"secret", context="totp.siti")

    with pytest.raises(Unreadable):
        ring.open(sealed, context="totp.budi")


@pytest.mark.parametrize("kept", [20, 0, -2])
@pytest.mark.parametrize("added", ["é", "AA", "BB"])
def test_changed_it_does_not_open(kept: int, added: str) -> None:
    ring = Keyring({"k1": OLD})
    sealed = ring.seal(b"secret", context="here")

    changed = sealed[:kept] + added

    if changed != sealed:
        with pytest.raises(Unreadable):
            ring.open(changed, context="here")


def test_after_a_rotation_the_new_key_seals_and_the_old_one_still_opens() -> None:
    earlier = Keyring.from_text(f"2026:{text(OLD)}").seal(b"secret", context="here")
    ring = Keyring.from_text(f"2027:{text(NEW)}, 2026:{text(OLD)}")

    again = ring.seal(ring.open(earlier, context="here"), context="here")

    assert not ring.is_current(earlier)
    assert ring.is_current(again)
    assert Keyring.from_text(f"2027:{text(NEW)}").open(again, context="here") == b"secret"
    with pytest.raises(Unreadable):
        Keyring.from_text(f"2027:{text(NEW)}").open(earlier, context="here")


def test_a_key_that_took_anothers_id_does_not_open_its_values() -> None:
    sealed = Keyring({"k1": OLD}).seal(b"secret", context="here")

    with pytest.raises(Unreadable):
        Keyring({"k1": NEW}).open(sealed, context="here")


@pytest.mark.parametrize(
    "wrong", ["", "k1", f"k1:{text(OLD[:16])}", f"a.b:{text(OLD)}", f"k:{text(OLD)} k:{text(NEW)}"]
)
def test_a_ring_that_cannot_be_read_is_refused_without_repeating_it(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        Keyring.from_text(wrong)

    assert text(OLD) not in str(refusal.value)


def test_a_local_system_makes_a_ring_of_one() -> None:
    ring = Keyring.from_text(key_ring())

    assert ring.open(ring.seal(b"secret", context="here"), context="here") == b"secret"
