"""Where a phone number is kept, which allauth leaves to each project: here, in the user name."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import User


class PhoneAdapter(DefaultAccountAdapter):
    def get_phone(self, user):
        return (user.username, True)

    def get_user_by_phone(self, phone):
        return User.objects.filter(username=phone).first()

    def set_phone(self, user, phone, verified):
        User.objects.filter(pk=user.pk).update(username=phone)

    def set_phone_verified(self, user, phone):
        self.set_phone(user, phone, True)

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        raise NotImplementedError

    def send_unknown_account_sms(self, phone, **kwargs):
        raise NotImplementedError
