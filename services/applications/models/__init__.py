"""The tables of applications, each feature's in a file of its own."""

from services.applications.models.action_files import ActionFile
from services.applications.models.application import DRAFT, Application, ApplicationFile
from services.applications.models.appointments import Appointment, Counter
from services.applications.models.bulk import BulkItem, BulkJob
from services.applications.models.bundles import BundlePart, LifeBundle
from services.applications.models.corrections import CorrectionFile, CorrectionRound
from services.applications.models.disposition import Hop
from services.applications.models.history import Event, Submission
from services.applications.models.lists import QueueExport, SavedView
from services.applications.models.retention import Destruction, Keeping, LegalHold
from services.applications.models.roots import HistoryLeaf, HistoryRoot
from services.applications.models.satisfaction import Satisfaction, SatisfactionCount
from services.applications.models.sync import News, ReadMark, Tombstone
from services.applications.models.talk import Message, Note
from services.applications.models.templates import AnswerTemplate, AnswerWording
from services.applications.models.watch import Watch

__all__ = (
    "DRAFT",
    "ActionFile",
    "AnswerTemplate",
    "AnswerWording",
    "Application",
    "ApplicationFile",
    "Appointment",
    "BulkItem",
    "BulkJob",
    "BundlePart",
    "CorrectionFile",
    "CorrectionRound",
    "Counter",
    "Destruction",
    "Event",
    "HistoryLeaf",
    "HistoryRoot",
    "Hop",
    "Keeping",
    "LegalHold",
    "LifeBundle",
    "Message",
    "News",
    "Note",
    "QueueExport",
    "ReadMark",
    "Satisfaction",
    "SatisfactionCount",
    "SavedView",
    "Submission",
    "Tombstone",
    "Watch",
)
