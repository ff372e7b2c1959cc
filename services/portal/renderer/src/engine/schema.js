// JSON Schema 2020-12 as a form may use it, judged by walking it: nothing is compiled, so that pages need no `eval`.
// Each error is `{path, word, limit, unexpected, missing}`; `path` are the steps to what does not fit.
import { fits } from "./formats.js";
import { ABSENT, equal, isObject, stepsOf, valueAt } from "./values.js";

const IS = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => typeof value === "number" && Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  object: isObject,
  array: Array.isArray,
};
const regexes = new Map();

function regex(pattern) {
  if (!regexes.has(pattern)) {
    let made;
    try { made = new RegExp(pattern, "u"); } catch { made = new RegExp(pattern); }
    regexes.set(pattern, made);
  }
  return regexes.get(pattern);
}

const letters = (text) => [...text].length;
function isMultiple(value, of) {
  const ratio = value / of;
  return Math.abs(ratio - Math.round(ratio)) <= Number.EPSILON * Math.max(1, Math.abs(ratio));
}
const repeats = (list) => list.some((each, place) => list.slice(0, place).some((earlier) => equal(earlier, each)));

// Words that look at one value alone: [kind of value, whether it fails].
const SINGLE = {
  enum: [null, (value, choices) => !choices.some((each) => equal(each, value))],
  const: [null, (value, only) => !equal(only, value)],
  type: [null, (value, kinds) => ![kinds].flat().some((kind) => IS[kind]?.(value))],
  pattern: ["string", (value, pattern) => !regex(pattern).test(value)],
  format: ["string", (value, name) => !fits(name, value)],
  minLength: ["string", (value, least) => letters(value) < least],
  maxLength: ["string", (value, most) => letters(value) > most],
  minimum: ["number", (value, least) => value < least],
  maximum: ["number", (value, most) => value > most],
  exclusiveMinimum: ["number", (value, bound) => value <= bound],
  exclusiveMaximum: ["number", (value, bound) => value >= bound],
  multipleOf: ["number", (value, of) => !isMultiple(value, of)],
  minItems: ["array", (value, least) => value.length < least],
  maxItems: ["array", (value, most) => value.length > most],
  uniqueItems: ["array", (value, wanted) => wanted && repeats(value)],
  minProperties: ["object", (value, least) => Object.keys(value).length < least],
  maxProperties: ["object", (value, most) => Object.keys(value).length > most],
};

class Judge {
  constructor(root) {
    this.root = root;
    this.errors = [];
  }

  error(path, word, more = {}) {
    this.errors.push({ path, word, ...more });
  }

  // Judge apart: what is wrong is returned instead of told. `seen` gathers what is accounted for.
  apart(node, value, path, seen) {
    const judge = new Judge(this.root);
    judge.of(node, value, path, seen);
    return judge.errors;
  }

  // `seen` are the names and places of `value` that some word has looked at, for the `unevaluated` words.
  of(node, value, path, seen = new Set()) {
    if (node === false) this.error(path, "false");
    if (!isObject(node)) return;
    for (const [word, limit] of Object.entries(node)) {
      const single = Object.hasOwn(SINGLE, word) ? SINGLE[word] : null;
      if (single && (!single[0] || IS[single[0]](value)) && single[1](value, limit)) this.error(path, word, { limit });
    }
    if (typeof node.$ref === "string") this.of(valueAt(this.root, stepsOf(node.$ref)), value, path, seen);
    this.combined(node, value, path, seen);
    if (isObject(value)) this.object(node, value, path, seen);
    if (Array.isArray(value)) this.array(node, value, path, seen);
  }

  combined(node, value, path, seen) {
    for (const each of node.allOf ?? []) this.of(each, value, path, seen);
    for (const word of ["anyOf", "oneOf"]) {
      if (!Array.isArray(node[word])) continue;
      const fitting = node[word].map((each) => [each, new Set()])
        .filter(([each, within]) => !this.apart(each, value, path, within).length);
      for (const [, within] of fitting) for (const name of within) seen.add(name);
      if (word === "anyOf" ? !fitting.length : fitting.length !== 1) this.error(path, word);
    }
    if ("not" in node && !this.apart(node.not, value, path).length) this.error(path, "not");
    if ("if" in node) this.branch(node, value, path, seen);
  }

  branch(node, value, path, seen) {
    const within = new Set();
    const holds = !this.apart(node.if, value, path, within).length;
    if (holds) for (const name of within) seen.add(name);
    const word = holds ? "then" : "else";
    if (word in node) this.of(node[word], value, path, seen);
  }

  object(node, value, path, seen) {
    for (const name of node.required ?? []) if (!Object.hasOwn(value, name)) this.error(path, "required", { missing: name });
    for (const [name, others] of Object.entries(node.dependentRequired ?? {}))
      if (Object.hasOwn(value, name))
        for (const other of others) if (!Object.hasOwn(value, other)) this.error(path, "required", { missing: other });
    for (const [name, each] of Object.entries(node.dependentSchemas ?? {}))
      if (Object.hasOwn(value, name)) this.of(each, value, path, seen);
    if ("propertyNames" in node)
      for (const name of Object.keys(value)) if (this.apart(node.propertyNames, name, path).length) this.error(path, "propertyNames");
    this.properties(node, value, path, seen);
    if ("unevaluatedProperties" in node) this.rest(node, "unevaluatedProperties", value, path, seen, seen);
  }

  properties(node, value, path, seen) {
    const named = new Set();
    for (const [name, each] of Object.entries(node.properties ?? {}))
      if (Object.hasOwn(value, name)) {
        named.add(name);
        this.of(each, value[name], [...path, name]);
      }
    for (const [pattern, each] of Object.entries(node.patternProperties ?? {}))
      for (const name of Object.keys(value))
        if (regex(pattern).test(name)) {
          named.add(name);
          this.of(each, value[name], [...path, name]);
        }
    for (const name of named) seen.add(name);
    if ("additionalProperties" in node) this.rest(node, "additionalProperties", value, path, named, seen);
  }

  // Judge the fields that no other word named.
  rest(node, word, value, path, named, seen) {
    const others = Object.keys(value).filter((name) => !named.has(name));
    for (const name of others) seen.add(name);
    if (node[word] !== false) for (const name of others) this.of(node[word], value[name], [...path, name]);
    else if (others.length) this.error(path, word, { unexpected: others });
  }

  array(node, value, path, seen) {
    const first = node.prefixItems?.length ?? 0;
    (node.prefixItems ?? []).forEach((each, place) => place < value.length && this.item(each, value, place, path, seen));
    if ("items" in node)
      if (node.items === false && value.length > first) this.error(path, "items");
      else for (let place = first; place < value.length; place++) this.item(node.items, value, place, path, seen);
    if ("contains" in node) this.contains(node, value, path, seen);
    if ("unevaluatedItems" in node) {
      const others = [...value.keys()].filter((place) => !seen.has(place));
      if (others.some((place) => this.apart(node.unevaluatedItems, value[place], path).length)) this.error(path, "unevaluatedItems");
      for (const place of others) seen.add(place);
    }
  }

  item(node, value, place, path, seen) {
    seen.add(place);
    this.of(node, value[place], [...path, String(place)]);
  }

  contains(node, value, path, seen) {
    const fitting = [...value.keys()].filter((place) => !this.apart(node.contains, value[place], path).length);
    for (const place of fitting) seen.add(place);
    if (fitting.length < (node.minContains ?? 1) || fitting.length > (node.maxContains ?? Infinity)) this.error(path, "contains");
  }
}

// What keeps `value` from fitting `schema`; references are followed within `root`.
export function errorsOf(schema, value, root = schema) {
  const judge = new Judge(root);
  judge.of(schema, value, []);
  return judge.errors;
}

export const isValid = (schema, value, root = schema) => value !== ABSENT && errorsOf(schema, value, root).length === 0;

// `node`, or what its `$ref` names in `root`; an empty schema for one that leads nowhere.
export function resolved(root, node) {
  for (let turn = 0; turn < 10; turn++) {
    if (!isObject(node)) return {};
    if (!("$ref" in node)) return node;
    node = valueAt(root, stepsOf(String(node.$ref)));
  }
  return {};
}
