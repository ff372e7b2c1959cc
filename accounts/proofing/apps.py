from django.apps import AppConfig


class ProofingConfig(AppConfig):
    name = "accounts.proofing"
    label = "accounts_proofing"
