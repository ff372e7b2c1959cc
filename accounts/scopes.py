"""What a token may be used for, in the words that the consent page shows."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language
from oauth2_provider.scopes import BaseScopes

SCOPES: Final[Mapping[str, Mapping[str, str]]] = {
    "openid": {"id": "Mengenali Anda saat masuk", "en": "Recognise you when you sign in"},
    "profile": {"id": "Membaca nama dan bahasa Anda", "en": "Read your name and language"},
    "email": {"id": "Membaca alamat email Anda", "en": "Read your e-mail address"},
    "phone": {"id": "Membaca nomor telepon Anda", "en": "Read your phone number"},
    "account": {"id": "Melihat dan mengubah data akun Anda", "en": "See and change your account"},
    "applications": {
        "id": "Mengajukan dan melihat permohonan layanan atas nama Anda",
        "en": "Apply for services and see your applications on your behalf",
    },
    "notifications": {"id": "Membaca pemberitahuan Anda", "en": "Read your notices"},
    "act": {
        "id": "Bertindak untuk keluarga atau perusahaan yang Anda wakili",
        "en": "Act for the family members or the company that you represent",
    },
    "office": {
        "id": "Memproses permohonan warga di OPD tempat Anda bertugas",
        "en": "Process residents' applications at the agency where you work",
    },
}


def describe(scope: str, language: str | None = None) -> str:
    """Return what `scope` allows, in `language` or else the current one (Indonesian when unknown)."""
    texts = SCOPES[scope]
    code = (language or get_language() or "id")[:2]
    return texts.get(code, texts["id"])


class ClientScopes(BaseScopes):  # type: ignore[misc]  # the library is not typed
    """Lets each relying party ask for its own scopes only."""

    def get_all_scopes(self) -> dict[str, str]:
        """Return every scope with its description in the current language."""
        return {scope: describe(scope) for scope in SCOPES}

    def get_available_scopes(
        self,
        application: Any = None,
        request: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[str]:
        """Return what `application` may ask for; all scopes when asked about none (discovery)."""
        if application is None:
            return list(SCOPES)
        return [scope for scope in application.allowed_scopes if scope in SCOPES]

    def get_default_scopes(
        self,
        application: Any = None,
        request: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[str]:
        """Return the scopes of a request that names none: to recognise the person, no more."""
        return [scope for scope in self.get_available_scopes(application) if scope == "openid"]
