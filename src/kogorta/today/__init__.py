"""Today's list: who comes, whom to invite, whom to call; and what came of it."""

from kogorta.today.build import today_list
from kogorta.today.model import CALL_MADE, Call, OutcomeOfCall, Task, TaskSort, Today

__all__ = ["CALL_MADE", "Call", "OutcomeOfCall", "Task", "TaskSort", "Today", "today_list"]
