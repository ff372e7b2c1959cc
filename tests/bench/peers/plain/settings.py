"""Plain DRF as tutorials build it: all middleware, the library's token class, ModelSerializer, PageNumber, defaults."""

from superapp.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.peers.plain.urls"
WSGI_APPLICATION = "tests.bench.peers.plain.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["oauth2_provider.contrib.rest_framework.OAuth2Authentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 20,
}
DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=False, ATOMIC_REQUESTS=True)  # noqa: F405
# The provider as the library ships it; only the tables' hashes are the product's, since they share a database.
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"],  # noqa: F405
    "OIDC_RSA_PRIVATE_KEY": OIDC_PRIVATE_KEY,  # noqa: F405
    "SCOPES": {"openid": "openid", "account": "account"},
    "REFRESH_TOKEN_EXPIRE_SECONDS": OAUTH2_PROVIDER["REFRESH_TOKEN_EXPIRE_SECONDS"],  # noqa: F405
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
