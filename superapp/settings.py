"""All configuration, from the environment (documented in `.env.example`).

`SUPERAPP_LOCAL=1` is the one-command start: secrets are made and kept under `var/`, outside services have local
stand-ins that say so. Without it every secret must be given and only https is trusted.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

from superapp.discovery import discover_modules
from superapp.secrets import ed25519_key, key_ring, random_key, rsa_key, secret

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("SUPERAPP_VAR", default=str(BASE_DIR / "var")))
LOCAL = env.bool("SUPERAPP_LOCAL", default=False)
TESTING = env.bool("SUPERAPP_TESTING", default=False)
DEBUG = env.bool("SUPERAPP_DEBUG", default=False)
BASE_URL = env.str("SUPERAPP_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")

_secrets = VAR_DIR / "secrets" if LOCAL or TESTING else None
SECRET_KEY = secret("SECRET_KEY", folder=_secrets, make=random_key)
# Hashes client secrets and other high-entropy values; apart from SECRET_KEY so that each can be changed alone.
HASHING_KEY = secret("HASHING_KEY", folder=_secrets, make=random_key)
# Makes the names by which agencies know people. It can never change: every `sub` would.
PAIRWISE_KEY = secret("PAIRWISE_KEY", folder=_secrets, make=random_key)
# Seals the secrets of authenticator apps and the recovery codes (accounts/sealing.py).
MFA_KEYS = secret("MFA_KEYS", folder=_secrets, make=key_ring)
# Seals the keys that sign ID tokens (accounts/provider/keys.py); the one after is the first of them.
OIDC_SEALING_KEYS = secret("OIDC_SEALING_KEYS", folder=_secrets, make=key_ring)
# Seal NIK and KK, and find them again (accounts/proofing/vault.py); `manage.py rotate_keys` brings in new ones.
VAULT_KEYS = secret("VAULT_KEYS", folder=_secrets, make=key_ring)
VAULT_INDEX_KEY = secret("VAULT_INDEX_KEY", folder=_secrets, make=key_ring)
OIDC_PRIVATE_KEY = secret("OIDC_RSA_PRIVATE_KEY", folder=_secrets, make=rsa_key)
# Signs the bundles by which services go to another environment, and whose are taken in (services/catalogue/bundles).
BUNDLE_SIGNING_KEY = secret("BUNDLE_SIGNING_KEY", folder=_secrets, make=ed25519_key)
BUNDLE_TRUSTED_KEYS = env.str("BUNDLE_TRUSTED_KEYS", default="")
# Signs residents' receipts; and the public keys that did before it, by which theirs are checked still.
RECEIPT_SIGNING_KEY = secret("RECEIPT_SIGNING_KEY", folder=_secrets, make=ed25519_key)
RECEIPT_FORMER_KEYS = env.str("RECEIPT_FORMER_KEYS", default="")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if LOCAL or TESTING else [])
if TESTING:
    ALLOWED_HOSTS.append("testserver")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Applications ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "superapp.apps.SuperappConfig",
    "superapp.http.apps.HttpConfig",
    "accounts.apps.AccountsConfig",
    "accounts.sign_in.apps.SignInConfig",
    "accounts.provider.apps.ProviderConfig",
    "accounts.proofing.apps.ProofingConfig",
    "accounts.mandates.apps.MandatesConfig",
    "accounts.privacy.apps.PrivacyConfig",
    "services.events.apps.EventsConfig",
    "services.agencies.apps.AgenciesConfig",
    "services.documents.apps.DocumentsConfig",
    "services.notifications.apps.NotificationsConfig",
    "services.catalogue.apps.CatalogueConfig",
    "services.applications.apps.ApplicationsConfig",
    "services.connectors.apps.ConnectorsConfig",
    "services.plugging.apps.PluggingConfig",
    "services.office.apps.OfficeConfig",
    "services.portal.apps.PortalConfig",
    *discover_modules(),
    "api_docs.apps.ApiDocsConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "superapp.http.middleware.ApiManners",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "superapp.middleware.PageLayers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
# What pages pass where the list above names `PageLayers`.
PAGE_MIDDLEWARE = [
    "superapp.middleware.PagePolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sign_in.middleware.LivingSignIn",
    "accounts.sign_in.middleware.KnownBrowser",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.sign_in.middleware.TooOften",
]

ROOT_URLCONF = "superapp.urls"
WSGI_APPLICATION = "superapp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "services" / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database and cache ---------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///superapp")}
DATABASES["default"].update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)
# Statements are prepared under names (superapp/http/sql.py). Behind PgBouncer's transaction pooling set it off, unless
# it tracks prepared statements (1.21 and later do).
DATABASE_PREPARE = env.bool("DATABASE_PREPARE", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes, so that sign-in limits hold whichever process answers. The table comes with a migration.
CACHES = {
    "default": env.cache_url("CACHE_URL")
    if env.str("CACHE_URL", default="")
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "http_api_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "superapp" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Makassar"

# --- Sign-in --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# The first hashes passwords; the second is for client secrets alone.
PASSWORD_HASHERS = ["accounts.hashers.Argon2Cheap", "accounts.hashers.KeyedHash"]
if TESTING:
    PASSWORD_HASHERS[0] = "django.contrib.auth.hashers.MD5PasswordHasher"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.sign_in.breached.NotBreached"},
]
# A service with the range protocol of Pwned Passwords, asked besides the shipped list; empty: only the list.
PWNED_PASSWORDS_URL = env.str("PWNED_PASSWORDS_URL", default="").rstrip("/")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.sign_in.forms.SignupForm",
    "request_login_code": "accounts.sign_in.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.sign_in.guesses.LoginCodeForm",
    "confirm_password_reset_code": "accounts.sign_in.guesses.ResetCodeForm",
    "confirm_email_verification_code": "accounts.sign_in.guesses.EmailCodeForm",
    "verify_phone": "accounts.sign_in.guesses.PhoneCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# The library's check wants a required field here; the form itself takes an e-mail address or a phone number.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# The caps per address are wide: thousands share one behind a mobile carrier's NAT, and one of them may be guessing.
# What cannot be guessed has none. Passwords and codes to sign in with have their own (accounts/sign_in/lockout.py),
# from which known browsers are free; `login_failed` is for the codes of authenticator apps.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/300s/key,100/d/key",
    "reset_password_from_key": None,  # a step after the code, which three wrong tries end
    "signup": "60/m/ip",
    # Three guesses per code: thirty an hour at a million possible codes.
    "request_login_code": "3/m/key,10/h/key",
    "reset_password": "60/m/ip,3/m/key,10/h/key",
    "change_phone": "5/m/user",  # a slip of the finger counts, too; messages are limited by the next line
    "verify_phone": "60/m/ip,1/30s/key,10/h/key",
    "confirm_email": "1/10s/key,10/h/key",
    "reauthenticate": "10/m/user,60/h/user",
}
# A number not used for so long may be somebody else's by now: its code alone no longer signs in. A new number is enough
# for nothing by itself until it has cooled down.
PHONE_TRUST = timedelta(days=env.int("PHONE_TRUST_DAYS", default=274))
PHONE_COOLING = timedelta(hours=72)
MFA_ADAPTER = "accounts.sign_in.factors.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.sign_in.factors.CodeOfAppForm",
    "reauthenticate": "accounts.sign_in.factors.ReauthenticateByAppForm",
    "add_webauthn": "accounts.sign_in.factors.AddPasskeyForm",
    "login_webauthn": "accounts.sign_in.factors.LoginPasskeyForm",
    "authenticate_webauthn": "accounts.sign_in.factors.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.sign_in.factors.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # phones' clocks differ
MFA_RATE_LIMITS = {"webauthn_login": None}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
BEHIND_PROXY = env.bool("SUPERAPP_BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("SUPERAPP_TRUSTED_PROXIES", default=1 if BEHIND_PROXY else 0)
# A class with the shape of `accounts.sign_in.sms.SmsSender`. The stand-in keeps messages as files and says so.
SMS_SENDER = env.str("SMS_SENDER", default="accounts.sign_in.sms.LocalStandIn")

# Who works for the city: takes a person's id and returns their roles (a list of str, empty for a resident).
STAFF_ROLES_OF = "services.agencies.queries.roles_of"

# --- Proving who a person is ----------------------------------------------------------------------------------------

# A class with the shape of `accounts.proofing.registry.PopulationRegistry`. The simulator knows invented people only.
POPULATION_REGISTRY = env.str("POPULATION_REGISTRY", default="accounts.proofing.registry.simulator.Simulator")
# Of the registry's web service; for `accounts.proofing.registry.dukcapil.Dukcapil`.
DUKCAPIL = {
    "url": env.str("DUKCAPIL_URL", default=""),
    "user": env.str("DUKCAPIL_USER", default=""),
    "password": env.str("DUKCAPIL_PASSWORD", default=""),
    "address": env.str("DUKCAPIL_IP_USER", default=""),
    "threshold": env.int("DUKCAPIL_THRESHOLD", default=90),
}
REGISTRY_DAILY_QUOTA = env.int("REGISTRY_DAILY_QUOTA", default=20_000)
REGISTRY_SECONDS = 4.0  # how long a resident waits for the registry before the worker goes on asking
IDENTITY_TRIES_A_DAY = 5  # of one person, and for one NIK
# Codes that officers at a counter have sent: to the contacts given for one account, and by one officer.
RECOVERY_CODES_AN_HOUR = {"account": 3, "officer": 20}
# Whose officers decide disputes about a NIK, and whose prove residents at a counter: codes of agencies.
IDENTITY_AGENCIES = env.list("IDENTITY_AGENCIES", default=["DISDUKCAPIL"])
# Called when a person proves a NIK: the account by which others acted for that person as a child gives it free.
NIK_YIELDED_BY = "accounts.mandates.operations.yield_nik"
# What each part does when a child who came of age takes over what was done in their name: `(from_id, to_id, now)`.
HANDED_OVER_BY = [
    "accounts.privacy.operations.access.hand_over",
    "services.applications.operations.handover.hand_over",
]
# A class with the shape of `accounts.mandates.companies.CompanyRegister`. The simulator knows invented companies only;
# `...companies.silent.Silent` knows none, so that every company waits for an officer.
_companies = "simulator.Simulator" if LOCAL or TESTING else "silent.Silent"
COMPANY_REGISTER = env.str("COMPANY_REGISTER", default=f"accounts.mandates.companies.{_companies}")
# Where a person is staff: `(person_id) -> [{"agency": {"code", "name"}, "roles": [...]}]`.
STAFF_POSTS_OF = "services.agencies.queries.named_memberships_of"
# Notes that staff read a resident's data, where the resident sees it.
READING_NOTED_BY = "accounts.privacy.operations.access.note_access"

# --- OpenID provider ------------------------------------------------------------------------------------------------

# A signing key is followed by the next at this age. The next is published before it signs, longer than clients cache;
# the one before stays published as long as an ID token may come back as a hint.
SIGNING_KEY_AGE = timedelta(days=env.int("SIGNING_KEY_DAYS", default=90))
SIGNING_KEY_NOTICE = timedelta(days=1)
ID_TOKEN_HINT_LIFETIME = timedelta(days=31)
# Another process's rotation is seen within this many seconds, long before the new key signs.
SIGNING_KEYS_FRESH_SECONDS = 3600.0 if TESTING else 30.0

# How the sign-in part, which lies below the provider, ends what clients hold of a person.
END_AUTHORIZATIONS = "accounts.provider.operations.end_authorizations"
# Where a person goes to be known better, when a client asks for more assurance than they have; returns to `next`.
IDENTITY_PAGE = "/akun/identitas/"
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.RelyingParty"
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": f"{BASE_URL}/o",
    "OIDC_RSA_PRIVATE_KEY": OIDC_PRIVATE_KEY,
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OIDC_SERVER_CLASS": "accounts.provider.server.Server",
    "OAUTH2_VALIDATOR_CLASS": "accounts.provider.validators.ProviderValidator",
    "SCOPES_BACKEND_CLASS": "accounts.scopes.ClientScopes",
    "CLIENT_SECRET_HASHER": "hmac_sha256",
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http", "id.go.balikpapan.app"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "ID_TOKEN_EXPIRE_SECONDS": 300,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": timedelta(days=30),
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
    "OIDC_RP_INITIATED_LOGOUT_DELETE_TOKENS": False,  # ours ends what was given by this sign-in, not all
    "DCR_ENABLED": False,
    "CIMD_ENABLED": False,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
}
# Grants of the token endpoint that parts above the provider bring: grant type -> class.
FURTHER_GRANTS = {"urn:ietf:params:oauth:grant-type:token-exchange": "accounts.mandates.exchange.TokenExchangeGrant"}
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # e-mail addresses are unique whatever their capitals, by a constraint the check cannot see
    "security.W003",  # the CSRF middleware is among PAGE_MIDDLEWARE, passed by bearer tokens alone
    "oauth2_provider.W008",  # http is for loopback only (RFC 8252): RelyingParty refuses it elsewhere
]

# --- API ------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.bearer.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.HasScopes"],
    "DEFAULT_RENDERER_CLASSES": ["superapp.http.rendering.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["superapp.http.rendering.JsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "superapp.http.rendering.FirstOfEach",
    "DEFAULT_THROTTLE_CLASSES": ["superapp.http.throttling.Throttle"],
    "DEFAULT_SCHEMA_CLASS": "api_docs.schema.AutoSchema",
    "EXCEPTION_HANDLER": "superapp.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": [
        "superapp.http.rendering.JsonRenderer",
        "rest_framework.renderers.MultiPartRenderer",
    ],
}
# Requests per person (or address, for strangers) in each process; see superapp/http/throttling.py.
THROTTLE = env.str("SUPERAPP_THROTTLE", default="on") != "off"
THROTTLE_RATES = {"anonymous": 600, "person": 600, "write": 120, "upload": 30, "verify": 60}  # per minute
# A published version is seen by every process within this many seconds, and what a request takes.
CATALOGUE_FRESH_SECONDS = 0.0 if TESTING else 0.5
# The same for a holiday that was added: a decree changes a few days a year.
CALENDAR_FRESH_SECONDS = 0.0 if TESTING else 60.0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_BYTES = 10 * 1024 * 1024

SPECTACULAR_SETTINGS = {
    "TITLE": "Super-app Kota Balikpapan",
    "DESCRIPTION": (
        "Find any service of the city's agencies, apply, follow the application, and verify what was issued. "
        "Errors are problem documents (RFC 9457); lists are pages by cursor; texts are Indonesian or, with "
        "`Accept-Language: en`, English; times carry their offset; money is whole rupiah."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "EUPL-1.2"},
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "AssuranceEnum": ["basic", "verified", "in_person"],
        "IdentityCheckStateEnum": ["pending", "matched", "mismatched", "taken"],
        "RecoveryKindEnum": "accounts.proofing.models.Recovery.Kind",
        "RecoveryStateEnum": ["code", "started", "confirmed", "rejected", "lapsed"],
        "LentStatusEnum": ["accepted", "rejected", "submitted"],
        "CounterStateEnum": ["started", "confirmed", "rejected", "lapsed"],
        "DisputeStateEnum": ["open", "claimant", "holder"],
        "DataRequestKindEnum": "accounts.privacy.models.DataRequest.Kind",
        "ImpersonationEndingEnum": "accounts.privacy.models.Impersonation.Ending",
        "DataRequestStateEnum": "accounts.privacy.models.DataRequest.State",
        "DisputePartyEnum": ["claimant", "holder"],
        "RelationEnum": ["child", "guardian", "relative", "company"],
        "ClientStateEnum": ["sandbox", "production", "closed"],
        "SelfTestStateEnum": ["waiting", "running", "passed", "failed", "lost"],
        "PartyKindEnum": ["person", "dependant", "organisation"],
        "ChangeClassEnum": ["cosmetic", "compatible", "breaking", "legal"],
        "PublicationStateEnum": ["awaiting_approval", "scheduled", "published", "cancelled", "refused", "failed"],
        "EffectKindEnum": ["invalid", "lost", "moved", "document", "fee", "deadline", "state"],
        "ReplayStateEnum": ["waiting", "running", "done", "superseded"],
        "OwnServiceStateEnum": ["new", "open", "closed", "retired"],
        "HolidayKindEnum": ["libur_nasional", "cuti_bersama"],
        "CorrectionReasonEnum": ["unreadable", "incomplete", "incorrect", "expired", "wrong_document", "other"],
        "QueueExportStateEnum": ["preparing", "ready", "failed", "expired"],
        "HopKindEnum": ["forward", "back", "recall"],
        "CorrectionStateEnum": ["open", "sent", "cancelled", "lapsed"],
        "ApplicationKindEnum": ["application", "objection", "appeal"],
        "ClockEnum": ["running", "paused", "stopped"],
        "MandateSideEnum": ["agent", "principal"],
    },
    "TAGS": [
        {"name": "services", "description": "The catalogue: services and their published versions."},
        {"name": "applications", "description": "The resident's applications."},
        {"name": "life events", "description": "One start at several agencies, asked once."},
        {"name": "history", "description": "Daily roots over the history of all applications, for anybody."},
        {"name": "office", "description": "For staff of an agency: the queue and the decisions."},
        {"name": "office services", "description": "For an agency's admins: writing and publishing its services."},
        {"name": "clients", "description": "For an agency's admins: the clients with which its sites sign people in."},
        {"name": "documents", "description": "Verification of issued documents, for anybody."},
        {"name": "notifications", "description": "The resident's inbox."},
        {"name": "me", "description": "The signed-in person."},
        {"name": "account", "description": "Where the signed-in person works."},
        {"name": "agencies", "description": "The city: agencies, districts, holidays."},
    ],
}

# --- Work in the background -----------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "drain-outbox": {"task": "services.events.tasks.drain_outbox", "schedule": 5.0, "options": {"expires": 5}},
    "prune-outbox": {"task": "services.events.tasks.prune_outbox", "schedule": 3600.0},
    "forget-expired-tokens": {"task": "accounts.tasks.forget_expired_tokens", "schedule": 3600.0},
    "publish-planned": {
        "task": "services.catalogue.tasks.publish_planned",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "forget-deleted": {"task": "services.applications.tasks.forget_deleted", "schedule": 3600.0},
    "tend-corrections": {"task": "services.applications.tasks.tend_corrections", "schedule": 600.0},
    "forget-bulk-jobs": {"task": "services.applications.tasks.forget_bulk_jobs", "schedule": 3600.0},
    "sweep-staged-files": {"task": "services.applications.tasks.sweep_staged_files", "schedule": 3600.0},
    "count-forecasts": {"task": "services.applications.tasks.count_forecasts", "schedule": 3600.0},
    "tend-retention": {"task": "services.applications.tasks.tend_retention", "schedule": 600.0},
    "tend-clocks": {"task": "services.applications.tasks.tend_clocks", "schedule": 600.0},
    "tend-appointments": {"task": "services.applications.tasks.tend_appointments", "schedule": 600.0},
    "seal-history": {"task": "services.applications.tasks.seal_history", "schedule": 300.0},
    "remind-of-cut-offs": {"task": "services.catalogue.tasks.remind_residents", "schedule": 600.0},
    "rotate-signing-keys": {"task": "accounts.tasks.rotate_signing_keys", "schedule": 3600.0},
    "erase-due": {"task": "accounts.privacy.tasks.erase_due", "schedule": 600.0},
    "forget-expired-sessions": {"task": "accounts.tasks.forget_expired_sessions", "schedule": 300.0},
    "tend-requests": {"task": "accounts.privacy.tasks.tend_requests", "schedule": 300.0},
    "forget-lists": {"task": "services.applications.tasks.forget_lists", "schedule": 3600.0},
    "forget-exports": {"task": "accounts.privacy.tasks.forget_exports", "schedule": 3600.0},
    "tend-mandates": {"task": "accounts.mandates.tasks.tend_mandates", "schedule": 300.0},
    "forget-old-idempotency-keys": {"task": "superapp.http.tasks.forget_old_keys", "schedule": 3600.0},
}
if CELERY_BROKER_URL == "filesystem://":
    _broker = VAR_DIR / "broker"
    for _name in ("messages", "processed", "control"):
        (_broker / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "messages"),
        "data_folder_out": str(_broker / "messages"),
        "processed_folder": str(_broker / "processed"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
    }

# How long a module's hook may take, and for how long a module is left alone that failed again and again (at first).
MODULE_HOOK_SECONDS = env.float("MODULE_HOOK_SECONDS", default=3.0)
MODULE_REST_SECONDS = env.float("MODULE_REST_SECONDS", default=30.0)
# What one process of a module's code may hold beyond what the platform itself takes; beyond it, its call fails.
MODULE_MEMORY_MB = env.int("MODULE_MEMORY_MB", default=256)

# What reads an application for a module's own page or endpoint, and notes it.
MODULE_READER = "services.applications.operations.for_modules.read_for_module"

# Who hears of an event, in the order of telling: topic prefix -> handler. Each handler has its own retries.
OUTBOX_CONSUMERS = {
    "issue_document": ("application.", "services.applications.consumers.issue_document"),
    "notify_resident": ("application.", "services.applications.consumers.notify_resident"),
    "hand_in_what_waited": ("application.document_issued", "services.applications.bundling.hand_in_what_waited"),
    "tell_module": ("application.", "services.applications.consumers.tell_module"),
    "keep_watch": ("application.", "services.applications.operations.watching.keep_watch"),
    "carry_out_objection": ("application.upheld", "services.applications.consumers.carry_out_objection"),
    "carry_out_silence": ("application.deemed_granted", "services.applications.consumers.carry_out_objection"),
    "check_again": ("checks.owed", "services.applications.rechecking.check_again"),
    "hear_of_version": ("service.published", "services.applications.sweeping.hear_of_version"),
    "move_drafts": ("drafts.due", "services.applications.sweeping.move_drafts"),
    "apply_law": ("law.due", "services.applications.sweeping.apply_law"),
    "hear_of_calendar": ("calendar.changed", "services.applications.recounting.hear_of_calendar"),
    "recount_deadlines": ("deadlines.due", "services.applications.recounting.recount_deadlines"),
    "recount_hops": ("hops.due", "services.applications.recounting.recount_hops"),
    "replay_batch": ("replay.due", "services.applications.replaying.replay_batch"),
    "hear_of_closed_days": ("calendar.changed", "services.applications.appointing.hear_of_closed_days"),
    "displace": ("displacing.due", "services.applications.appointing.displace_one"),
    "tell_of_appointment": ("appointment.", "services.applications.appointing.tell_of_appointment"),
    "do_bulk": ("bulk.due", "services.applications.operations.bulk.do_next"),
    "tell_of_round": ("correction.", "services.applications.consumers.tell_of_round"),
    "remind_staff": ("clock.near", "services.applications.supervising.remind_staff"),
    "tell_supervisors": ("application.escalated_", "services.applications.supervising.tell_supervisors"),
    "prepare_list": ("queue_export.requested", "services.applications.handing.prepare"),
    "tell_of_message": ("message.written", "services.applications.consumers.tell_of_message"),
    "tell_of_handling": ("handling.", "services.applications.handing.tell_of_handling"),
    "give_back": ("staff.left", "services.applications.handing.give_back"),
    "tell_of_retention": ("retention.near", "services.applications.retaining.tell_of_retention"),
    "finish_erasure": ("retention.done", "services.applications.retaining.finish_erasure"),
    "tell_of_draft": ("draft.moved", "services.applications.sweeping.tell_of_draft"),
    "tell_of_cut_off": ("service.cut_off_", "services.applications.endings.tell_of_cut_off"),
    "check_identity": ("identity.check_requested", "accounts.proofing.consumers.check_identity"),
    "tell_of_identity": ("identity.", "services.notifications.identity.tell_of_identity"),
    "tell_of_recovery": ("identity.recovery_", "accounts.proofing.consumers.tell_of_recovery"),
    "tell_of_sign_in": ("sign_in.", "services.notifications.consumers.tell_of_sign_in"),
    "tell_clients": ("session.ended", "accounts.provider.backchannel.tell_clients"),
    "tell_of_withdrawal": ("consent.withdrawn", "accounts.provider.backchannel.tell_of_withdrawal"),
    "send_logout_token": ("backchannel_logout.", "accounts.provider.backchannel.send_logout_token"),
    "tell_of_mandate": ("mandate.", "services.notifications.mandates.tell_of_mandate"),
    "tell_of_handover": ("childhood.", "services.notifications.mandates.tell_of_handover"),
    "drive_self_test": ("self_test.requested", "services.connectors.consumers.hand_over"),
    "send_email": ("notice.", "services.notifications.consumers.send_email"),
    "prepare_export": ("export.requested", "accounts.privacy.consumers.prepare_export"),
    "notify_person": ("privacy.", "services.notifications.privacy.notify_person"),
    "erase_at_module": ("module.erase", "services.plugging.duties.erase_at_module"),
    "tell_old_contact": ("account.phone_changed", "accounts.sign_in.consumers.tell_old_contact"),
}

# Who plans anew from what stands whenever it is told, and tells nobody outside: what failed often is not parked for a
# person yet, as no other event may come that would mend it, but tried every six hours, for thirty days.
OUTBOX_PATIENT = frozenset({"keep_watch", "hear_of_calendar", "recount_deadlines", "recount_hops"})

# --- Personal data (UU 27/2022) ------------------------------------------------------------------------------------

# What each part hands over when a person asks for all that is held of them (accounts/privacy/portable.py).
PERSONAL_DATA_OF = [
    "accounts.privacy.exporters.account",
    "accounts.privacy.exporters.clients",
    "accounts.privacy.exporters.receipts",
    "accounts.privacy.exporters.privacy",
    "accounts.privacy.proofs.export",
    "accounts.privacy.exporters.mandates",
    "services.applications.privacy.export",
    "services.agencies.privacy.export",
    "services.catalogue.privacy.export",
    "services.connectors.privacy.export",
    "services.notifications.privacy.export",
    "services.plugging.duties.export",
]
# What each part does when an account is erased; the account itself loses its name last.
PERSONAL_DATA_ERASED_BY = [
    "services.applications.privacy.erase",
    "services.notifications.privacy.erase",
    "services.plugging.duties.erase",
    "accounts.privacy.proofs.erase",
    "accounts.privacy.operations.mandates.erase",
    "accounts.privacy.operations.deletion.erase_accounts_own",
]

# --- Files and mail -------------------------------------------------------------------------------------------------

STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if TESTING or LOCAL:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("SUPERAPP_STATIC", default=str(VAR_DIR / "static")))
WHITENOISE_USE_FINDERS = LOCAL or TESTING
WHITENOISE_AUTOREFRESH = TESTING  # each test client would look at every file anew; files are found when asked for
MAX_UPLOAD_MB = 10

if email_url := env.str("EMAIL_URL", default=""):
    vars().update(env.email_url_config(email_url))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Layanan Kota Balikpapan <layanan@balikpapan.example>")

# --- Security -------------------------------------------------------------------------------------------------------

HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Networks inside the data centre that agencies' systems may be called in (CIDR), besides the public internet.
OUTGOING_INSIDE = env.list("SUPERAPP_OUTGOING_INSIDE", default=[])

# --- Logging --------------------------------------------------------------------------------------------------------

DEFAULT_EXCEPTION_REPORTER = "superapp.http.reports.MaskedReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "superapp.http.log.RequestLine",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
