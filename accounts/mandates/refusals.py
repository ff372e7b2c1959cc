"""Why a mandate is not made or changed, in words."""

from superapp.http.problems import FieldError, Problem, invalid


def wrong(field: str, code: str, id: str, en: str) -> Problem:
    """Return 400 naming one field."""
    return invalid([FieldError(f"/{field}", code, {"id": id, "en": en})])


def not_known_enough() -> Problem:
    """Return 403: whoever acts for a child or a company must be known to the registry."""
    return Problem(
        status=403,
        code="assurance_too_low",
        detail={
            "id": "Verifikasi NIK Anda dahulu, baru Anda dapat mewakili orang lain.",
            "en": "Verify your NIK first; then you can act for others.",
        },
    )


def prove_again() -> Problem:
    """Return 403: giving power over one's affairs needs a recent proof of who one is."""
    return Problem(
        status=403,
        code="reauthentication_required",
        detail={
            "id": "Masuk lagi dahulu: kuasa hanya dapat diberikan dalam 10 menit setelah masuk.",
            "en": "Sign in again first: a mandate can only be given within 10 minutes of signing in.",
        },
    )


def stands_already() -> Problem:
    """Return 409: between these two there is a mandate already, proposed or in force."""
    return Problem(
        status=409,
        code="mandate_exists",
        detail={"id": "Kuasa di antara keduanya sudah ada.", "en": "There already is a mandate between the two."},
    )


def not_open(state: str) -> Problem:
    """Return 409: it is too late, or not this side's turn."""
    return Problem(
        status=409,
        code="mandate_not_open",
        detail={
            "id": f"Kuasa ini tidak menunggu jawaban Anda (status: {state}).",
            "en": f"This mandate does not wait for your answer (state: {state}).",
        },
    )


def not_renewable() -> Problem:
    """Return 409: it is not in force, does not end soon, or ends by age."""
    return Problem(
        status=409,
        code="mandate_not_renewable",
        detail={
            "id": "Kuasa hanya dapat diperpanjang dalam 30 hari sebelum berakhir; kuasa atas anak tidak diperpanjang.",
            "en": "A mandate can be renewed in the 30 days before its end; one for a child cannot.",
        },
    )
