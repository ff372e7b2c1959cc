"""Prints what the demo officers' authenticator app shows (RFC 6238). Needs nothing but Python."""

import base64
import hmac
import sys
import time

KEY = "BALIKPAPANKOTAMINYAKBERIMAN23456"  # as `seed_demo` gives it; published, so good for demos alone


def totp_code(steps: int = 0, key: str = KEY) -> str:
    """Return the code of now, or of so many half minutes later."""
    counter = int(time.time()) // 30 + steps
    mac = hmac.digest(base64.b32decode(key), counter.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


if __name__ == "__main__":
    print(totp_code(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
