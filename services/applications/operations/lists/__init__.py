"""Views of the queue kept by name, and lists of it taken out as files."""

from services.applications.operations.lists.taking import ask_for_list, forget_lists, prepare_list
from services.applications.operations.lists.views import keep_view, remove_view
from services.applications.operations.lists.writing import COLUMNS

__all__ = ["COLUMNS", "ask_for_list", "forget_lists", "keep_view", "prepare_list", "remove_view"]
