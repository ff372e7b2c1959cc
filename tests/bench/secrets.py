"""What checking a secret costs: a password by Argon2id and by Django's default, a client's secret by a keyed hash."""

import time
from typing import Any

import django

if __name__ == "__main__":
    django.setup()
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from accounts.hashers import Argon2Cheap, KeyedHash

    print()
    took: dict[str, float] = {}
    cases: tuple[tuple[str, Any, int], ...] = (
        ("password, Argon2id t=2 m=19 MiB p=1", Argon2Cheap(), 40),
        ("password, Django's default (PBKDF2)", PBKDF2PasswordHasher(), 10),
        ("client secret, keyed hash", KeyedHash(), 2000),
    )
    for name, hasher, times in cases:
        encoded = hasher.encode("Balikpapan-2026-rahasia", hasher.salt())
        began = time.process_time()
        for _ in range(times):
            assert hasher.verify("Balikpapan-2026-rahasia", encoded)
        took[name] = (time.process_time() - began) / times * 1000
        print(f"{name:<40}{took[name]:>10.3f} ms CPU")
    argon, default, _client = took.values()
    print(f"Argon2id is {default / argon:.1f}x as fast as the default")
