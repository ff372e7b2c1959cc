"""The OpenID provider's addresses, and only these: no device flow, no registration, no management pages."""

from django.urls import path, re_path

from accounts.provider import logout, metadata, views

app_name = "oauth2_provider"  # the name by which the library looks its addresses up
urlpatterns = [
    path("authorize/", views.AuthorizeView.as_view(), name="authorize"),
    path("token/", views.TokenView.as_view(), name="token"),
    path("revoke_token/", views.RevokeView.as_view(), name="revoke-token"),
    path("introspect/", views.IntrospectView.as_view(), name="introspect"),
    path("userinfo/", views.UserInfoView.as_view(), name="user-info"),
    path("logout/", logout.LogoutView.as_view(), name="rp-initiated-logout"),
    path(".well-known/jwks.json", metadata.JwksView.as_view(), name="jwks-info"),
    re_path(
        r"^\.well-known/openid-configuration/?$",
        metadata.DiscoveryView.as_view(),
        name="oidc-connect-discovery-info",
    ),
]
