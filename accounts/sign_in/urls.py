"""The sign-in pages: the library's, and ours where it has none or guards too little."""

from allauth.account import views as library
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.sign_in import setting_up, views
from accounts.sign_in.reauthentication import required

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("login/code/", views.RequestCode.as_view(), name="account_request_login_code"),
    # The library lets whoever finds an unlocked phone choose a password, and with it keep the account.
    path("password/set/", required(library.password_set), name="account_set_password"),
    path("reauthenticate/code/", views.ReauthenticateByCode.as_view(), name="reauthenticate-by-code"),
    path("prove-more/", views.ProveMore.as_view(), name="prove-more"),
    path("phone/stop/<str:token>/", views.stop_phone_change, name="stop-phone-change"),
    path("second-factor/", setting_up.SetUpSecondFactor.as_view(), name="set-up-second-factor"),
    path("second-factor/passkey/", setting_up.SetUpPasskey.as_view(), name="set-up-passkey"),
    path("2fa/authenticate/", views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("2fa/webauthn/login/", views.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", required(views.RemovePasskey.as_view()), name="mfa_remove_webauthn"),
    path("", include("allauth.account.urls")),
    # One page shows them all, in the portal.
    path("2fa/", RedirectView.as_view(pattern_name="account-security"), name="mfa_index"),
    path("2fa/webauthn/", RedirectView.as_view(pattern_name="account-security"), name="mfa_list_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
]
