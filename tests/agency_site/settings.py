"""Contoh situs OPD: an agency's own web system that signs people in through the city's OpenID provider.

A Django project of its own, as an agency would write it. Everything comes from the environment:
AGENCY_NAME, AGENCY_SITE (its address), AGENCY_STATE (a folder), ISSUER, CLIENT_ID, CLIENT_SECRET, and
AGENCY_FAULTS, a list of what this site wrongly leaves out.
"""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATE = Path(os.environ["AGENCY_STATE"])
ISSUER = os.environ["ISSUER"]
AGENCY_NAME = os.environ["AGENCY_NAME"]
AGENCY_SITE = os.environ["AGENCY_SITE"]
FAULTS = frozenset(os.environ.get("AGENCY_FAULTS", "").split())

SECRET_KEY = os.environ["CLIENT_SECRET"]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.agency_site.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "mozilla_django_oidc",
    "tests.agency_site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": STATE / "site.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "id"
USE_TZ = True
# Cookies know no ports: two sites on one machine need names of their own.
SESSION_COOKIE_NAME = f"situs_{os.environ['CLIENT_ID']}"
CSRF_COOKIE_NAME = f"csrf_{os.environ['CLIENT_ID']}"

AUTHENTICATION_BACKENDS = ["tests.agency_site.sign_in.CityBackend"]
LOGIN_URL = "oidc_authentication_init"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
OIDC_RP_CLIENT_ID = os.environ["CLIENT_ID"]
OIDC_RP_CLIENT_SECRET = os.environ["CLIENT_SECRET"]
OIDC_RP_SCOPES = "openid profile email"
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_USE_PKCE = True
OIDC_STORE_ID_TOKEN = OIDC_STORE_ACCESS_TOKEN = True
OIDC_TIMEOUT = 10
OIDC_CALLBACK_CLASS = "tests.agency_site.sign_in.Callback"
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{ISSUER}/authorize/"
OIDC_OP_TOKEN_ENDPOINT = f"{ISSUER}/token/"
OIDC_OP_USER_ENDPOINT = f"{ISSUER}/userinfo/"
OIDC_OP_JWKS_ENDPOINT = f"{ISSUER}/.well-known/jwks.json"
OIDC_OP_LOGOUT_URL_METHOD = "tests.agency_site.sign_in.logout_address"
