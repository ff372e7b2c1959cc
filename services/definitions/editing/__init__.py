"""Changing a definition without writing it: pure functions from a definition's content to its changed content.

What is given is never touched, and need not be sound, but must have the shape that `can_be_edited` asks for. What an
admin did not name stays as it is, ids of fields above all, so that answers and history go on. Order is the UI schema's,
which a database keeps.
"""

from services.definitions.editing.agreements import COMPARING, DAY, Agreement, Compared, agreement_of, check_of
from services.definitions.editing.conditions import Condition, Conditions, condition_of, logic_of, rule_of, watched_by
from services.definitions.editing.documents import drop_document, put_document, shift_document
from services.definitions.editing.form import Gone, Line, Section, sections_of
from services.definitions.editing.kind import CHANGEABLE, alter_kind, watching
from services.definitions.editing.money import PerChoice, PerUnit, fee_rule, read_fee_rule
from services.definitions.editing.questions import (
    EDITABLE,
    Choice,
    Question,
    add_question,
    alter_question,
    key_for,
    move_question,
    question_at,
    remove_question,
)
from services.definitions.editing.sections import add_section, alter_section, move_section, remove_section
from services.definitions.editing.shape import can_be_edited
from services.definitions.editing.starting import STARTERS, starter

__all__ = [
    "CHANGEABLE",
    "COMPARING",
    "DAY",
    "EDITABLE",
    "STARTERS",
    "Agreement",
    "Choice",
    "Compared",
    "Condition",
    "Conditions",
    "Gone",
    "Line",
    "PerChoice",
    "PerUnit",
    "Question",
    "Section",
    "add_question",
    "add_section",
    "agreement_of",
    "alter_kind",
    "alter_question",
    "alter_section",
    "can_be_edited",
    "check_of",
    "condition_of",
    "drop_document",
    "fee_rule",
    "key_for",
    "logic_of",
    "move_question",
    "move_section",
    "put_document",
    "question_at",
    "read_fee_rule",
    "remove_question",
    "remove_section",
    "rule_of",
    "sections_of",
    "shift_document",
    "starter",
    "watched_by",
    "watching",
]
