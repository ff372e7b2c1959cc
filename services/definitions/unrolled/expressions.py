"""JsonLogic as lines of Python, for the rules that most definitions have and the answers that most people give.

What is written here gives exactly what the engine of `logic` gives and counts no fewer operations, or gives up
(`return None`), and then the engine judges. So it may be simple: numbers, texts, yes and no, no lists. Rules that hold
anything else, or a constant part (which the engine works out beforehand), are `NotSimpleError`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from services.definitions.logic import TODAY, days_between, years_between
from services.definitions.unrolled.lines import Lines

MOST_OPERATIONS_OF_ONE = 60
# Whole numbers beyond this are no longer exact everywhere.
BOUND = 2**53
# What is known of a value: nothing, a number that is exact, a text, yes or no.
ANY, NUMBER, TEXT, FLAG = "any", "number", "text", "flag"
_ROUNDING: Mapping[str, Callable[[Any], Any]] = {"ceil": math.ceil, "floor": math.floor, "abs": abs}
KNOWN: dict[str, Any] = {
    "SINGLE": frozenset({str, int, bool}),
    "HOLDERS": frozenset({dict, list}),
    "BOUND": BOUND,
    "days": days_between,
    "years": years_between,
    **_ROUNDING,
}


class NotSimpleError(Exception):
    """A rule that is left to the engine."""


class Operand(NamedTuple):
    """A value in the text: its name, and what is known of it."""

    name: str
    kind: str


class Expression:
    """Writes one rule. `read` gives an answer by its steps, which is there already or was waited for."""

    def __init__(self, lines: Lines, read: Callable[[tuple[str, ...]], Operand], absent: str) -> None:
        self.lines = lines
        self.read = read
        self.absent = absent
        self.spent = 0
        self.sure: dict[str, str] = {}

    def truth_of(self, rule: Any) -> str:
        """Write the rule; return the text that says whether what it gives counts as true."""
        found = self.truth(self._write(rule))
        self._settle()
        return found

    def scalar_of(self, rule: Any) -> Operand:
        """Write the rule; return what it gives, a single value, None only of the kind `ANY`; whole numbers as such."""
        found = self._write(rule)
        name = found.name
        if self._kind(found) == ANY:
            self._gives_up(f"{name} is not None and type({name}) is not float and type({name}) not in SINGLE")
            self._gives_up(f"(type({name}) is int or type({name}) is float) and not -BOUND < {name} < BOUND")
        if self._kind(found) in (ANY, NUMBER):
            self.lines.add(f"if type({name}) is float and {name}.is_integer(): {name} = int({name})")
        self._settle()
        return found

    def _write(self, rule: Any) -> Operand:
        if operations_of(rule) > MOST_OPERATIONS_OF_ONE or constant(rule):
            raise NotSimpleError
        return self._of(rule)

    def _of(self, node: Any) -> Operand:
        if not isinstance(node, Mapping):
            return self._constant(node)
        if constant(node):
            raise NotSimpleError
        ((word, written),) = node.items()
        given = written if isinstance(written, list) else [written]
        self.spent += 1
        write = _WRITERS.get(word)
        if write is None:
            raise NotSimpleError
        return write(self, word, given)

    def _constant(self, value: Any) -> Operand:
        if isinstance(value, bool):
            return Operand(self.lines.given(value), FLAG)
        if isinstance(value, str):
            return Operand(self.lines.given(value), TEXT)
        if isinstance(value, int | float) and -BOUND < value < BOUND:
            return Operand(self.lines.given(value), NUMBER)
        raise NotSimpleError

    def _settle(self) -> None:
        """Write down the operations counted so far, before ways part."""
        if self.spent:
            self.lines.add(f"n += {self.spent}")
        self.spent = 0

    def _branch(self, head: str, write: Callable[[], None]) -> None:
        """Write a block; what is learnt of a value within is not known behind it."""
        known = dict(self.sure)
        with self.lines.block(head):
            write()
            self._settle()
        self.sure = known

    def _gives_up(self, condition: str) -> None:
        self.lines.add(f"if {condition}: return None")

    def _made(self, text: str, kind: str) -> Operand:
        name = self.lines.name()
        self.lines.add(f"{name} = {text}")
        return Operand(name, kind)

    def _kind(self, operand: Operand) -> str:
        return self.sure.get(operand.name, operand.kind)

    def _number(self, operand: Operand) -> str:
        """Return its name, once it is sure to be a number that is exact."""
        kind, name = self._kind(operand), operand.name
        if kind == ANY:
            self._gives_up(f"type({name}) is not int and type({name}) is not float or not -BOUND < {name} < BOUND")
            self.sure[name] = NUMBER
        elif kind != NUMBER:
            raise NotSimpleError
        return name

    def _near(self, operand: Operand) -> str:
        """Return its name, once it is a number that is exact if a small one more, or less, is."""
        if self._kind(operand) != ANY:
            return self._number(operand)
        self._gives_up(f"type({operand.name}) is not int and type({operand.name}) is not float")
        return operand.name

    def _text(self, operand: Operand) -> str:
        kind, name = self._kind(operand), operand.name
        if kind == ANY:
            self._gives_up(f"type({name}) is not str")
            self.sure[name] = TEXT
        elif kind != TEXT:
            raise NotSimpleError
        return name

    def truth(self, operand: Operand) -> str:
        """Return the text that says whether a value counts as true."""
        if self._kind(operand) == ANY:
            self._gives_up(f"type({operand.name}) in HOLDERS")
        return operand.name

    def variable(self, _word: str, given: list[Any]) -> Operand:
        steps = tuple(str(given[0]).split("."))
        if steps == (TODAY,):
            return Operand("day", TEXT)
        found = self.read(steps)
        if len(given) == 1:
            return found
        otherwise = self._constant(given[1])
        kind = found.kind if found.kind == otherwise.kind else ANY
        return self._made(f"{otherwise.name} if {found.name} is {self.absent} else {found.name}", kind)

    def comparison(self, word: str, given: list[Any]) -> Operand:
        one, other = self._two(given)
        kinds = {self._kind(one), self._kind(other)}
        if NUMBER in kinds:
            names = self._number(one), self._number(other)
        elif TEXT in kinds:
            names = self._text(one), self._text(other)
        elif kinds == {ANY}:
            names = one.name, other.name
            either = [each.name for each in (one, other)]
            with self.lines.block(" or ".join(f"type({name}) is not str" for name in either).join(("if ", ":"))):
                known = dict(self.sure)
                self._number(one)
                self._number(other)
                self.sure = known
        else:
            raise NotSimpleError
        return Operand(f"({names[0]} {word} {names[1]})", FLAG)

    def equality(self, word: str, given: list[Any]) -> Operand:
        one, other = self._two(given)
        kinds = {self._kind(one), self._kind(other)}
        if NUMBER in kinds:
            names = self._number(one), self._number(other)
        elif TEXT in kinds:
            names = self._text(one), self._text(other)
        else:
            names = one.name, other.name
            self._gives_up(f"type({names[0]}) is not type({names[1]}) or type({names[0]}) not in SINGLE")
            self._gives_up(f"type({names[0]}) is int and not -BOUND < {names[0]} < BOUND")
        return Operand(f"({names[0]} {word[:2]} {names[1]})", FLAG)

    def arithmetic(self, word: str, given: list[Any]) -> Operand:
        if len(given) < 2:
            raise NotSimpleError
        if len(given) == 2 and word in "+-" and any(_small(each) for each in given):
            names = [self._near(self._of(each)) for each in given]
        else:
            names = [self._number(self._of(each)) for each in given]
        if len(names) > 2:  # fractions are summed up in an order, and to a precision, of the engine's own
            self._gives_up(" or ".join(f"type({name}) is not int" for name in names))
        found = names[0]
        for name in names[1:]:
            if word == "/":
                self._gives_up(f"{name} == 0")
            found = self._made(f"{found} {word} {name}", NUMBER).name
            self._gives_up(f"not -BOUND < {found} < BOUND")
        return Operand(found, NUMBER)

    def division(self, word: str, given: list[Any]) -> Operand:
        if len(given) != 2:
            raise NotSimpleError
        return self.arithmetic(word, given)

    def extreme(self, word: str, given: list[Any]) -> Operand:
        if len(given) < 2:
            raise NotSimpleError
        return self._made(f"{word}({', '.join(self._number(self._of(each)) for each in given)})", NUMBER)

    def rounding(self, word: str, given: list[Any]) -> Operand:
        if len(given) != 1:
            raise NotSimpleError
        return self._made(f"{word}({self._number(self._of(given[0]))})", NUMBER)

    def between(self, word: str, given: list[Any]) -> Operand:
        one, other = self._two(given)
        return self._made(f"{word}({self._text(one)}, {self._text(other)})", ANY)

    def negation(self, word: str, given: list[Any]) -> Operand:
        if len(given) != 1:
            raise NotSimpleError
        truth = self.truth(self._of(given[0]))
        return Operand(f"(not {truth})" if word == "!" else f"bool({truth})", FLAG)

    def inclusion(self, _word: str, given: list[Any]) -> Operand:
        if len(given) != 2:
            raise NotSimpleError
        needle, hay = given
        if isinstance(hay, list):
            if not hay or not all(isinstance(each, str) for each in hay):
                raise NotSimpleError
            found = self._text(self._of(needle))
            self.spent += len(hay)
            return Operand(f"({found} in {self.lines.given(frozenset(hay))})", FLAG)
        one, other = self._two(given)
        return Operand(f"({self._text(one)} in {self._text(other)})", FLAG)

    def all_or_any(self, word: str, given: list[Any]) -> Operand:
        if len(given) < 2 or any(constant(each) for each in given):
            raise NotSimpleError
        found = self.lines.name()
        self._rest(word, given, found)
        return Operand(found, ANY)

    def _rest(self, word: str, given: list[Any], found: str) -> None:
        first = self._of(given[0])
        self.lines.add(f"{found} = {first.name}")
        if len(given) > 1:
            truth = self.truth(first)
            self._settle()
            head = f"if {truth}:" if word == "and" else f"if not {truth}:"
            self._branch(head, lambda: self._rest(word, given[1:], found))

    def choice(self, word: str, given: list[Any]) -> Operand:
        if len(given) < 3 or len(given) % 2 == 0 or any(constant(each) for each in given[:-1:2]):
            raise NotSimpleError
        found = self.lines.name()
        self._choose(given, found)
        return Operand(found, ANY)

    def _choose(self, given: list[Any], found: str) -> None:
        if len(given) == 1:
            chosen = self._of(given[0])
            self.lines.add(f"{found} = {chosen.name}")
            return
        truth = self.truth(self._of(given[0]))
        self._settle()
        self._branch(f"if {truth}:", lambda: self._choose([given[1]], found))
        self._branch("else:", lambda: self._choose(given[2:], found))

    def _two(self, given: list[Any]) -> tuple[Operand, Operand]:
        if len(given) != 2:
            raise NotSimpleError
        return self._of(given[0]), self._of(given[1])


_WRITERS: dict[str, Callable[[Expression, str, list[Any]], Operand]] = {
    "var": Expression.variable,
    **dict.fromkeys(("<", "<=", ">", ">="), Expression.comparison),
    **dict.fromkeys(("==", "===", "!=", "!=="), Expression.equality),
    **dict.fromkeys(("+", "-", "*"), Expression.arithmetic),
    "/": Expression.division,
    **dict.fromkeys(("max", "min"), Expression.extreme),
    **dict.fromkeys(_ROUNDING, Expression.rounding),
    **dict.fromkeys(("days", "years"), Expression.between),
    **dict.fromkeys(("!", "!!"), Expression.negation),
    "in": Expression.inclusion,
    **dict.fromkeys(("and", "or"), Expression.all_or_any),
    **dict.fromkeys(("if", "?:"), Expression.choice),
}


def operations_of(node: Any) -> int:
    """Return how many operations a rule without loops may cost at most."""
    if isinstance(node, Mapping):
        return 1 + sum(operations_of(each) for each in node.values())
    return len(node) + sum(operations_of(each) for each in node) if isinstance(node, list) else 0


def _small(node: Any) -> bool:
    return isinstance(node, int | float) and -BOUND < 2 * node < BOUND


def constant(node: Any) -> bool:
    """Return whether a rule, or a part of it, reads nothing."""
    if isinstance(node, Mapping):
        return "var" not in node and all(constant(each) for each in node.values())
    return not isinstance(node, list) or all(constant(each) for each in node)
