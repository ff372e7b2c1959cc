from django.urls import path

from accounts.proofing.api import office, recoveries, resident

_DISPUTE = "office/identity/disputes/<uuid:id>/"
_RECOVERY = "office/identity/recoveries/<uuid:id>/"
_PROOFING = "office/identity/proofings/<uuid:id>/"

urlpatterns = [
    path("me/identity/", resident.Identity.as_view(), name="me-identity"),
    path("me/identity/disputes/", resident.Disputes.as_view(), name="me-identity-disputes"),
    path("me/identity/disputes/<uuid:id>/answer/", resident.AnswerDispute.as_view(), name="me-identity-answer"),
    path("me/identity/code/", resident.CounterCode.as_view(), name="me-identity-code"),
    path("office/identity/disputes/", office.OfficeDisputes.as_view(), name="office-disputes"),
    path(_DISPUTE, office.OfficeDispute.as_view(), name="office-dispute"),
    path(f"{_DISPUTE}decide/", office.DecideDispute.as_view(), name="office-dispute-decide"),
    path("office/identity/proofings/", office.OfficeCounters.as_view(), name="office-proofings"),
    path(_PROOFING, office.OfficeCounter.as_view(), name="office-proofing"),
    path(f"{_PROOFING}confirm/", office.ConfirmCounter.as_view(), name="office-proofing-confirm"),
    path("office/identity/recoveries/", recoveries.OfficeRecoveries.as_view(), name="office-recoveries"),
    path(_RECOVERY, recoveries.OfficeRecovery.as_view(), name="office-recovery"),
    path(f"{_RECOVERY}code/", recoveries.EnterCode.as_view(), name="office-recovery-code"),
    path(f"{_RECOVERY}confirm/", recoveries.ConfirmRecovery.as_view(), name="office-recovery-confirm"),
    path(f"{_RECOVERY}reject/", recoveries.RejectRecovery.as_view(), name="office-recovery-reject"),
    path(f"{_PROOFING}reject/", office.RejectCounter.as_view(), name="office-proofing-reject"),
]
