"""An admin's words for what definitions name by code."""

from django.utils.translation import gettext_lazy as _

from services.pages.words import Words

KINDS: Words = {
    "text": _("Text"),
    "choice": _("One of several choices"),
    "choices": _("Any of several choices"),
    "yes-no": _("Yes or no"),
    "integer": _("Whole number"),
    "number": _("Number, also with decimals"),
    "date": _("Date"),
    "file": _("File"),
    "nik": _("NIK"),
    "kk": _("Number of the family card (KK)"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "rupiah": _("Amount of rupiah"),
    "kelurahan": _("Kelurahan of Balikpapan"),
    "region": _("Region (code of the Ministry of Home Affairs)"),
    "map-point": _("Point on the map"),
    "family-member": _("Family member"),
    "list": _("Group that repeats"),
    "group": _("Group"),
    "other": _("Written in the whole definition"),
}
WORKFLOWS: Words = {
    "instant": _("Granted at once, nobody decides"),
    "standard-review": _("One officer looks and decides"),
    "two-step-approval": _("An officer looks, another person approves"),
    "site-visit": _("An officer looks at the papers and the place, another person approves"),
    "information-request": _("Request for public information"),
    "complaint": _("Complaint"),
}
STARTERS: Words = {
    "letter": _("A letter that is issued after an officer looked"),
    "permit": _("A permit with a visit to the place"),
    "registration": _("A registration, done when it is handed in"),
    "blank": _("Nearly empty"),
}
CLASSES: Words = {
    "cosmetic": _("Wording only"),
    "compatible": _("What was answered stays valid"),
    "breaking": _("What was answered may not do any more"),
    "legal": _("The law asks for it of everybody"),
}
TESTS: Words = {
    "is": _("is %(value)s"),
    "is_not": _("is not %(value)s"),
    "least": _("is at least %(value)s"),
    "most": _("is at most %(value)s"),
}
ACTIONS: Words = {
    "create": _("A new service begins"),
    "draft": _("A draft begins"),
    "unchanged": _("Nothing: it is here already"),
    "none": _("Cannot be taken in"),
}
STATES: Words = {
    "new": _("Not published yet"),
    "open": _("Open"),
    "closed": _("Closed: its module is gone"),
    "retired": _("Retired"),
}
EFFECTS: Words = {
    "<=": _("is not more than"),
    "<": _("is less than"),
    ">=": _("is not less than"),
    ">": _("is more than"),
    "==": _("is the same as"),
    "!=": _("is not the same as"),
}
