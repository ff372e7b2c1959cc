"""The language in which a service is written: one document that says all about it, and what that means.

Pure Python: no tables, no HTTP, no queues. `load_yaml` reads a module's file, `load_content` what the catalogue keeps;
both refuse an unsound definition with every problem at once, each with its place and what to do.
"""

from services.definitions.clock import (
    DayCount,
    Deadline,
    DueDate,
    Pause,
    due_date,
    is_working,
    last_day,
    pauses_in,
    working_day,
)
from services.definitions.corrections import REASONS, Corrections
from services.definitions.faults import DefinitionError, Fault
from services.definitions.fields import Field
from services.definitions.forms import Evaluation, Form, FormProblem
from services.definitions.lapse import LEVELS, SUPERVISION, TACIT, Lapse, Level
from services.definitions.retention import Retention, months_after
from services.definitions.service import (
    Access,
    Definition,
    Fee,
    FeeError,
    Outcome,
    Requirement,
    load_content,
    load_yaml,
    service_definition_schema,
)
from services.definitions.steps import Guard, ReasonCode, State, StepDocument, Transition, Workflow
from services.definitions.values import canonical_json, content_hash

__all__ = [
    "LEVELS",
    "REASONS",
    "SUPERVISION",
    "TACIT",
    "Access",
    "Corrections",
    "DayCount",
    "Deadline",
    "Definition",
    "DefinitionError",
    "DueDate",
    "Evaluation",
    "Fault",
    "Fee",
    "FeeError",
    "Field",
    "Form",
    "FormProblem",
    "Guard",
    "Lapse",
    "Level",
    "Outcome",
    "Pause",
    "ReasonCode",
    "Requirement",
    "Retention",
    "State",
    "StepDocument",
    "Transition",
    "Workflow",
    "canonical_json",
    "content_hash",
    "due_date",
    "is_working",
    "last_day",
    "load_content",
    "load_yaml",
    "months_after",
    "pauses_in",
    "service_definition_schema",
    "working_day",
]
