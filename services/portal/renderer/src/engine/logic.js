// JsonLogic as a definition may say it: its words, what a rule reads, and how much work it may make. It gives what the
// server's engine gives; tests/services/definitions/test_renderer.py holds the two against each other.
import { ABSENT, equal, isObject, valueAt } from "./values.js";
import limits from "../../../../definitions/vectors/language.json" with { type: "json" };

export const TODAY = "$today";
const LOOPS = new Set(["map", "filter", "reduce", "all", "some", "none"]);
const NUMBER = /^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const MOST = Number.MAX_VALUE;

// A rule that gives no result for these answers: it divides by zero, meets a text for a number, works too much.
export class LogicError extends Error {}
const fail = (why) => { throw new LogicError(why); };

// The work that all rules of one evaluation may still make.
export class Meter {
  left = limits.most_operations_together;
}

const isDate = (text) => {
  if (typeof text !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return null;
  const [year, month, day] = text.split("-").map(Number);
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  const kept = year > 0 && time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return kept ? { year, month, day, days: Math.round(time.getTime() / 86_400_000) } : null;
};

const days = ([first, second]) => second.days - first.days;
const years = ([first, second]) =>
  second.year - first.year - (second.month * 100 + second.day < first.month * 100 + first.day ? 1 : 0);
const betweenDates = (count) => (given) => {
  const dates = given.length === 2 ? given.map(isDate) : [];
  return dates.length === 2 && dates.every(Boolean) ? count(dates) : null;
};

const truthy = (value) => (typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value));
const parsed = (text) => (NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : NaN);

// A value as a number in a sum: nothing is 0, true is 1, a text is the number that it writes.
function counted(value) {
  if (value === null || value === false || value === "") return 0;
  if (value === true) return 1;
  const number = typeof value === "number" ? value : typeof value === "string" ? parsed(value) : NaN;
  return Number.isNaN(number) ? fail("not a number") : number;
}
const finite = (number) => (Number.isFinite(number) ? number : Math.sign(number) * MOST || 0);
// One list stands for its items.
const spread = (given) => (given.length === 1 && Array.isArray(given[0]) ? given[0] : given);
const atLeast = (given, count) => (given.length < count ? fail("too few arguments") : given);

function sum(given) {
  return finite(spread(given).reduce((total, each) => total + counted(each), 0));
}
function product(given) {
  return finite(spread(given).reduce((total, each) => total * counted(each), 1));
}
function difference(given) {
  const all = atLeast(spread(given), 1).map(counted);
  if (given.length === 1 && !Array.isArray(given[0])) return -all[0];
  return finite(all.reduce((left, each) => left - each));
}
// By zero: between whole numbers there is no result; else the engine gives the largest number there is.
function byZero(left, writtenLeft, writtenRight) {
  return Number.isInteger(writtenLeft) && Number.isInteger(writtenRight) ? fail("divides by zero") : Math.sign(left) * MOST || 0;
}
// Divides by each in turn; `written` may be an iterator, of which no more is asked once a zero decides.
const divided = (divide) => (written) => {
  let turn = 0, first, left;
  for (const each of written) {
    const right = counted(each);
    if (turn === 0) [first, left] = [each, right];
    else if (right === 0) return byZero(left, turn === 1 ? first : left, each);
    else left = finite(divide(left, right));
    turn += 1;
  }
  return left;
};
const DIVIDING = { "/": divided((left, right) => left / right), "%": divided((left, right) => left % right) };
function dividedAlone(word, [value]) {
  if (Array.isArray(value)) return DIVIDING[word](atLeast(value, word === "%" ? 2 : 1));
  if (word === "%" || counted(value) === 0) fail("divides by zero");
  return finite(1 / counted(value));
}
const extreme = (choose) => (given) => {
  const all = atLeast(spread(given), 1);
  return all.every((each) => typeof each === "number") ? choose(...all) : fail("not a number");
};
const rounded = (round) => (given) => {
  const [value] = atLeast(given, 1);
  if (given.length > 1) return given.map((each) => rounded(round)([each]));
  const number = typeof value === "string" ? parsed(value) : value;
  return typeof number === "number" && !Number.isNaN(number) ? round(number) : fail("not a number");
};

const written = (value) => {
  if (value === null) return "";
  return typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value).replace("e+", "e");
};
const cat = (given) => given.map((each) => (Array.isArray(each) ? each.map(written).join("") : written(each))).join("");

function substr([value, start = 0, length]) {
  const letters = [...written(value ?? null)];
  const from = Number.isInteger(start) ? (start < 0 ? Math.max(0, letters.length + start) : start) : 0;
  if (!Number.isInteger(length)) return letters.slice(from).join("");
  return letters.slice(from, length < 0 ? Math.max(from, letters.length + length) : from + length).join("");
}

function lengthOf(given) {
  const [value] = given;
  if (given.length === 1 && Array.isArray(value)) return value.length;
  return given.length === 1 && typeof value === "string" ? [...value].length : fail("has no length");
}

function contains([needle, hay]) {
  if (typeof hay === "string") return typeof needle === "string" && hay.includes(needle);
  return Array.isArray(hay) && hay.some((each) => equal(each, needle));
}

// `==`, which takes a text for the number that it writes; what cannot be compared fails.
function alike(one, other) {
  if ([one, other].some((each) => typeof each === "object" && each !== null)) {
    if (Array.isArray(one) && Array.isArray(other) && equal(one, other)) return true;
    return isObject(one) && isObject(other) ? false : fail("cannot be compared");
  }
  if (typeof one === typeof other && one !== null && other !== null) return one === other;
  if (typeof one === "string") [one, other] = [other, one];
  if (typeof other === "string") {
    if (one === null) return other === "";
    if (typeof one === "boolean") return other === String(one);
    return Number.isNaN(parsed(other)) ? fail("not a number") : parsed(other) === one;
  }
  return Number(one) === Number(other);
}

function lessOrEqual(compare) {
  return (one, other) => {
    if ([one, other].some((each) => typeof each === "object" && each !== null)) fail("cannot be compared");
    if (typeof one === "string" && typeof other === "string") return compare(byLetters(one, other), 0);
    const numbers = [one, other].map((each) => (typeof each === "string" && each !== "" ? parsed(each) : Number(each)));
    const withText = typeof one === "string" || typeof other === "string";
    if (withText && numbers.some(Number.isNaN) && [one, other].some((each) => typeof each === "number")) fail("not a number");
    return compare(...numbers);
  };
}
function byLetters(one, other) {
  const [first, second] = [[...one], [...other]];
  const place = first.findIndex((letter, at) => letter !== second[at]);
  if (place < 0) return first.length - second.length;
  return place >= second.length ? 1 : first[place].codePointAt(0) - second[place].codePointAt(0);
}

const less = lessOrEqual((one, other) => one < other), most = lessOrEqual((one, other) => one <= other);
// Each compares neighbours, and looks no further once it is decided.
const COMPARING = {
  "==": alike, "===": equal, "<": less, "<=": most,
  ">": (one, other) => less(other, one), ">=": (one, other) => most(other, one),
};
const PLAIN = {
  "+": sum, "-": difference, "*": product,
  max: extreme(Math.max), min: extreme(Math.min), ceil: rounded(Math.ceil), floor: rounded(Math.floor), abs: rounded(Math.abs),
  cat, substr, length: lengthOf, merge: (given) => given.filter((each) => each !== null).flat(),
  "!": ([value = null]) => !truthy(value), "!!": ([value = null]) => truthy(value),
  days: betweenDates(days), years: betweenDates(years),
};

class Evaluation {
  constructor(meter) {
    this.meter = meter;
    this.left = Math.max(1, Math.min(meter.left, limits.most_operations));
  }

  spend(count = 1) {
    this.left -= count;
    this.meter.left -= count;
    if (this.left < 0) fail("works too much");
  }

  of(node, data) {
    if (!isObject(node)) return node;
    const [word, arguments_] = Object.entries(node)[0] ?? fail("no operation");
    const given = Array.isArray(arguments_) ? arguments_ : [arguments_];
    this.spend();
    if (word === "var") return read(data, given);
    if (word === "if" || word === "?:") return this.choice(given, data);
    if (word === "and" || word === "or") return this.andOr(word, given, data);
    if (word in DIVIDING) return this.divide(word, given, data);
    if (LOOPS.has(word)) return this.loop(word, given, data);
    if (word in COMPARING) return this.compared(COMPARING[word], given, data);
    if (word === "!=" || word === "!==") return !this.compared(COMPARING[word === "!=" ? "==" : "==="], given.slice(0, 2), data);
    if (word === "in") return given.length > 1 && contains(given.slice(0, 2).map((each) => this.of(each, data)));
    const values = given.map((each) => this.of(each, data));
    if (word === "missing") return missing(data, values);
    if (word === "missing_some") return missingSome(data, values);
    const found = PLAIN[word]?.(values) ?? (word in PLAIN ? null : fail(`no operator ${word}`));
    if (Array.isArray(found)) this.spend(found.length);
    return found;
  }

  choice(given, data) {
    for (let place = 0; place + 1 < given.length; place += 2)
      if (truthy(this.of(given[place], data))) return this.of(given[place + 1], data);
    return given.length % 2 ? this.of(given.at(-1), data) : null;
  }

  andOr(word, given, data) {
    let value = null;
    for (const each of given) {
      value = this.of(each, data);
      if (truthy(value) === (word === "or")) return value;
    }
    return value;
  }

  divide(word, given, data) {
    if (given.length === 1) return dividedAlone(word, [this.of(given[0], data)]);
    return DIVIDING[word](this.inTurn(atLeast(given, 2), data));
  }

  *inTurn(given, data) {
    for (const each of given) yield this.of(each, data);
  }

  compared(holds, given, data) {
    atLeast(given, 2);
    let one = this.of(given[0], data);
    for (const each of given.slice(1)) {
      const other = this.of(each, data);
      if (!holds(one, other)) return false;
      one = other;
    }
    return true;
  }

  loop(word, given, data) {
    atLeast(given, 2);
    const [list, rule, initial] = given, items = this.of(list, data);
    const judged = (item) => { this.spend(); return this.of(rule, item); };
    const holds = (item) => truthy(judged(item));
    if (word === "reduce") return this.reduce(itemsOf(items), rule, initial === undefined ? null : this.of(initial, data));
    if (word === "map") return (itemsOf(items) ?? (items === null ? [] : [items])).map(judged);
    if (word === "filter") return filtered(items, holds);
    const all = itemsOf(items) ?? [];
    if (word === "all") return all.length > 0 && all.every(holds);
    return all.some(holds) === (word === "some");
  }

  reduce(items, rule, initial) {
    const step = (accumulator, current) => { this.spend(2); return this.of(rule, new Turn(accumulator, current)); };
    return (items ?? []).reduce(step, initial);
  }
}

// One turn of `reduce`: the item itself is what `{var: ""}` names.
class Turn {
  constructor(accumulator, current) {
    Object.assign(this, { accumulator, current });
  }
}

// What a loop walks: a list, or the values of a group; null for a single value.
const itemsOf = (value) => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : null);

function filtered(items, holds) {
  if (items === null) return [];
  if (Array.isArray(items)) return items.filter(holds);
  return isObject(items) ? Object.fromEntries(Object.entries(items).filter(([, each]) => holds(each))) : fail("not a list");
}

function read(data, [name = "", otherwise = null]) {
  if (name === "") return data instanceof Turn ? data.current : data;
  const steps = String(name).split(".");
  if (data instanceof Turn && !["accumulator", "current"].includes(steps[0])) data = data.current;
  const found = valueAt(data, steps);
  return found === ABSENT ? otherwise : found;
}
const missing = (data, names) =>
  names.flat().filter((name) => typeof name === "string" && name !== "" && read(data, [name, ABSENT]) === ABSENT);
function missingSome(data, [least, names]) {
  if (!Array.isArray(names)) return [];
  const gone = missing(data, names);
  return typeof least === "number" && names.length - gone.length >= least ? [] : gone;
}

// A rule with what it reads: `needs` it cannot do without.
export class Logic {
  constructor(rule) {
    this.rule = rule;
    this.needs = [];
    this.reads = [];
    this.asksDay = false;
    this.#read(rule, 0);
  }

  #read(node, loops) {
    if (!isObject(node)) return;
    const [word, written_] = Object.entries(node)[0] ?? [];
    const given = Array.isArray(written_) ? written_ : [written_];
    if (word === "var") return this.#variable(given, loops);
    if ((word === "missing" || word === "missing_some") && !loops)
      for (const name of given.flat()) if (typeof name === "string" && name !== "") this.#variable([name, null], loops);
    given.forEach((each, place) => this.#read(each, loops + (LOOPS.has(word) && place === 1 ? 1 : 0)));
  }

  #variable([name = "", ...more], loops) {
    if (loops || name === "") return;
    const steps = String(name).split(".");
    if (steps.length === 1 && steps[0] === TODAY) { this.asksDay = true; return; }
    this.reads.push(steps);
    if (!more.length) this.needs.push(steps);
  }

  // Whether something that the rule cannot do without is not there: a field, or the day.
  waits(answers, today) {
    return (this.asksDay && !today) || this.needs.some((need) => valueAt(answers, need) === ABSENT);
  }

  // What the rule gives; it throws a LogicError where it gives nothing.
  evaluate(answers, today, meter = new Meter()) {
    const data = Object.fromEntries(this.reads.filter((steps) => steps[0] in answers).map(([first]) => [first, answers[first]]));
    if (today) data[TODAY] = today;
    const value = new Evaluation(meter).of(this.rule, data);
    return Object.is(value, -0) ? 0 : value;
  }

  holds(answers, today, meter) {
    return truthy(this.evaluate(answers, today, meter));
  }
}

