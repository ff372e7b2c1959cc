"""The officer's words for what records name by code."""

from django.utils.translation import gettext_lazy as _

from services.pages.words import Words

# What the population registry compared, and how it agreed.
FIELDS_OF_REGISTRY: Words = {
    "nik": "NIK",
    "kk": _("Family card (KK)"),
    "full_name": _("Name"),
    "birth_date": _("Date of birth"),
    "status": _("Status"),
}
AGREEMENTS: Words = {
    "match": _("Agrees"),
    "mismatch": _("Does not agree"),
    "unknown": _("Not known"),
    "alive": _("Alive"),
    "deceased": _("Deceased"),
    "blocked": _("Blocked"),
    "not_found": _("Not found"),
}

# What the self-test of an agency's site finds out (services/connectors/self_test.py).
SELF_TEST_CHECKS: Words = {
    "state": _("Each sign-in has a state of its own"),
    "nonce": _("Each sign-in has a nonce of its own"),
    "pkce": _("Each sign-in has a code challenge (PKCE, S256)"),
    "wrong_state": _("Refuses an answer with a foreign state"),
    "wrong_nonce": _("Refuses an ID token with a foreign nonce"),
    "bad_signature": _("Refuses an ID token that we did not sign"),
    "wrong_issuer": _("Refuses an ID token of another issuer"),
    "wrong_audience": _("Refuses an ID token for another site"),
    "sign_in": _("Signs in with a good answer"),
    "forged_logout_unsigned": _("Refuses a sign-out that is not signed"),
    "forged_logout_other_key": _("Refuses a sign-out signed by a foreign key"),
    "forged_logout_other_audience": _("Refuses a sign-out for another site"),
    "forged_logout_with_nonce": _("Refuses an ID token in the place of a sign-out"),
    "logout": _("Ends the session when we tell it to"),
}
