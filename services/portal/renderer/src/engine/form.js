// A form, judged as the server judges it: answers kept, what is hidden, what is wrong, what was worked out.
import { closedSchema } from "./closing.js";
import { nodeAt } from "./fields.js";
import { Logic, LogicError } from "./logic.js";
import { Plan } from "./rules.js";
import { errorsOf } from "./schema.js";
import { depthOf, holdsMoreThan, pointerOf, startsWith, stepsOf } from "./values.js";
import { detailOf } from "./words.js";

const MOST_BYTES = 256 * 1024, MOST_VALUES = 20_000, MOST_DEPTH = 12, MOST_PROBLEMS = 200;
const ROOT = { id: "Isian", en: "The answers" };
const CODES = {
  required: "required", type: "type", additionalProperties: "unknown_field", unevaluatedProperties: "unknown_field",
  format: "format", pattern: "pattern", minLength: "min_length", maxLength: "max_length", minimum: "minimum",
  maximum: "maximum", exclusiveMinimum: "exclusive_minimum", exclusiveMaximum: "exclusive_maximum",
  multipleOf: "multiple_of", enum: "enum", const: "enum", oneOf: "enum", minItems: "min_items", maxItems: "max_items",
  uniqueItems: "unique_items",
};
const WITH_LIMIT = new Set(["type", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
  "exclusiveMaximum", "multipleOf", "minItems", "maxItems"]);
const meet = (one, other) => startsWith(one, other) || startsWith(other, one);

class Check {
  constructor({ rule, field, code = "check", message }) {
    Object.assign(this, { logic: new Logic(rule), field: stepsOf(field), pointer: field, code, message });
  }

  // Whether it does not hold. `wrong` are fields with a problem of their own; these are mended first.
  fails(run, wrong) {
    if (run.hidden.some((each) => startsWith(this.field, each)) || this.logic.waits(run.answers, run.today)) return false;
    if (wrong.some((each) => this.logic.reads.some((read) => meet(read, each)))) return false;
    try {
      return !this.logic.holds(run.answers, run.today, run.meter);
    } catch (error) {
      if (error instanceof LogicError) return true;
      throw error;
    }
  }
}

export class Form {
  constructor({ schema, ui, checks = [] }) {
    this.schema = schema;
    this.ui = ui;
    this.plan = new Plan(ui, schema);
    this.checks = checks.map((each) => new Check(each));
    this.closed = closedSchema(schema);
  }

  // Judge answers; `today` is the day in the city (yyyy-mm-dd), null for nobody knows.
  evaluate(answers, today = null) {
    const excess = excessOf(answers);
    if (excess) return refused(answers, excess);
    const run = this.plan.run(answers, today);
    return {
      answers: run.answers,
      hidden: [...new Set(run.hidden.map(pointerOf))].sort(),
      problems: unique(this.#problems(run)),
      computed: run.computed,
      hiddenElements: run.hiddenElements,
      hiddenSteps: run.hidden,
    };
  }

  *#problems(run) {
    const wrong = [...run.failed];
    for (const each of this.#single(run)) {
      wrong.push(stepsOf(each.pointer));
      yield each;
    }
    for (const steps of run.failed) yield this.#problem(steps, "not_computed");
    for (const check of this.checks)
      if (check.fails(run, wrong)) yield { pointer: check.pointer, code: check.code, detail: check.message };
  }

  *#single(run) {
    for (const error of errorsOf(this.closed, run.answers)) {
      const code = CODES[error.word] ?? "invalid";
      if (code === "required") yield* this.#missing([...error.path, error.missing], run.hidden);
      else if (code === "unknown_field" && error.unexpected) {
        for (const name of error.unexpected) {
          const label = { id: `“${name}”`, en: `“${name}”` };
          yield { pointer: pointerOf([...error.path, name]), code, detail: detailOf(code, label) };
        }
      } else yield this.#problem(error.path, code, WITH_LIMIT.has(error.word) ? error.limit : null);
    }
  }

  // What is missing: the field itself, or each required field of a missing group.
  *#missing(steps, hidden) {
    if (hidden.some((each) => startsWith(steps, each))) return;
    const node = nodeAt(this.schema, steps) ?? {};
    const isGroup = node.type === "object", inner = isGroup ? (node.required ?? []) : [];
    const names = isGroup ? Object.keys(node.properties ?? {}) : [];
    const isHidden = (name) => hidden.some((each) => each.length === steps.length + 1 && startsWith([...steps, name], each));
    if (inner.length) for (const name of inner) yield* this.#missing([...steps, name], hidden);
    else if (!names.length || !names.every(isHidden)) yield this.#problem(steps, "required");
  }

  #problem(steps, code, limit) {
    return { pointer: pointerOf(steps), code, detail: detailOf(code, this.label(steps), limit) };
  }

  // A field's name in both languages.
  label(steps) {
    if (!steps.length) return ROOT;
    const label = nodeAt(this.schema, steps)?.["x-label"];
    if (label) return label;
    const last = steps.at(-1);
    if (steps.length === 1 || !/^[0-9]+$/.test(last)) return { id: last, en: last };
    const outer = this.label(steps.slice(0, -1));
    return Object.fromEntries(Object.entries(outer).map(([name, text]) => [name, `${text} (${Number(last) + 1})`]));
  }
}

function refused(answers, code) {
  const problems = [{ pointer: "", code, detail: detailOf(code, ROOT) }];
  return { answers, hidden: [], problems, computed: {}, hiddenElements: new Set(), hiddenSteps: [] };
}

// Whether no text in answers is cut through the middle of a letter.
const isWellFormed = (value) => {
  if (typeof value === "string") return !/\p{Surrogate}/u.test(value);
  return typeof value !== "object" || value === null || Object.entries(value).every((each) => each.every(isWellFormed));
};

// In which way answers are too much to be judged; null where they are not.
function excessOf(answers) {
  if (depthOf(answers, MOST_DEPTH) > MOST_DEPTH) return "too_deep";
  const text = JSON.stringify(answers);
  if (!isWellFormed(answers)) return "not_json";
  if (new TextEncoder().encode(text).length > MOST_BYTES) return "too_large";
  return holdsMoreThan(answers, MOST_VALUES) ? "too_many" : null;
}

function unique(problems) {
  const found = new Map();
  for (const each of problems) {
    const key = `${each.pointer} ${each.code}`;
    if (!found.has(key)) found.set(key, each);
    if (found.size >= MOST_PROBLEMS) break;
  }
  return [...found.values()];
}

