// Which fields show, and what is worked out: rules and computed values in one order. Hidden means dropped: a hidden
// field has no value and is not required, and a condition that looks at a missing or hidden field does not hold.
import { fieldsOf, ITEM } from "./fields.js";
import { Logic, LogicError, Meter } from "./logic.js";
import { isValid } from "./schema.js";
import { ABSENT, isObject, pointerOf, startsWith, stepsOf, valueAt, without, withValue } from "./values.js";

// The field that a scope such as `#/properties/ibu/properties/nik` names.
export const fieldOfScope = (scope) => stepsOf(scope).filter((_, place) => place % 2 === 1);

export function* elementsOf(element) {
  yield element;
  for (const inner of element.elements ?? []) yield* elementsOf(inner);
}

// The fields that a condition on all answers (scope `#`) names one by one; see services/definitions/watching.py.
const JOINING = new Set(["allOf", "anyOf", "not", "properties", "required"]);
function watchedIn(schema, around = []) {
  if (!isObject(schema)) return [];
  const words = Object.keys(schema);
  if (around.length && (!words.length || words.some((word) => !JOINING.has(word)))) return [around];
  const named = schema.properties ?? {};
  return [
    ...Object.entries(named).flatMap(([name, inner]) => watchedIn(inner, [...around, name])),
    ...(schema.required ?? []).filter((name) => !(name in named)).map((name) => [...around, name]),
    ...[...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...("not" in schema ? [schema.not] : [])]
      .flatMap((inner) => watchedIn(inner, around)),
  ];
}

class Rule {
  constructor(element) {
    const { effect, condition } = element.rule;
    this.element = element;
    this.targets = [...elementsOf(element)].filter((each) => "scope" in each).map((each) => fieldOfScope(each.scope));
    this.show = effect === "SHOW";
    this.watches = fieldOfScope(condition.scope);
    this.condition = condition.schema;
    this.reads = condition.scope === "#" ? watchedIn(condition.schema) : [this.watches];
  }

  apply(run) {
    if (isValid(this.condition, valueAt(run.answers, this.watches)) === this.show) return;
    run.hiddenElements.add(this.element);
    for (const target of this.targets) {
      run.hidden.push(target);
      run.answers = without(run.answers, target);
    }
  }
}

class Computed {
  constructor(field, room) {
    this.field = field.steps;
    this.logic = new Logic(field.written["x-computed"]);
    this.room = room;
  }

  get targets() {
    return [this.field];
  }

  get reads() {
    return this.logic.reads;
  }

  apply(run) {
    if (run.hidden.some((each) => startsWith(this.field, each)) || this.logic.waits(run.answers, run.today)) return;
    const value = this.worked(run);
    if (value === ABSENT || (typeof value === "object" && value !== null)) run.failed.push(this.field);
    else if (value !== null) {
      const changed = withValue(run.answers, this.field, value, this.room);
      if (!changed) return;
      run.answers = changed;
      run.computed[pointerOf(this.field)] = value;
    }
  }

  worked(run) {
    try {
      return this.logic.evaluate(run.answers, run.today, run.meter);
    } catch (error) {
      if (error instanceof LogicError) return ABSENT;
      throw error;
    }
  }
}

// How many groups right around a computed field hold nothing else than computed values: these may be made for it.
function roomOf(steps, fields, own, groups) {
  let room = 0;
  for (let length = steps.length - 1; length > 0; length--) {
    const within = fields.filter((each) => startsWith(each.steps, steps.slice(0, length)) && !groups.has(pointerOf(each.steps)));
    if (!within.every((each) => own.has(pointerOf(each.steps)))) break;
    room += 1;
  }
  return room;
}

function computedOf(fields) {
  const worked = fields.filter((each) => "x-computed" in each.written && !each.steps.includes(ITEM));
  const own = new Set(worked.map((each) => pointerOf(each.steps)));
  const groups = new Set(fields.flatMap(({ steps }) => steps.slice(1).map((_, at) => pointerOf(steps.slice(0, at + 1)))));
  return worked.map((each) => new Computed(each, roomOf(each.steps, fields, own, groups)));
}

// Whether `step` waits for `other`: it reads what the other hides or fills in, or the other hides what it fills in.
function waitsFor(step, other) {
  if (step === other) return false;
  const read = step.reads.some((reads) =>
    other.targets.some((target) => startsWith(reads, target) || (target.length > reads.length && startsWith(target, reads))));
  return read || (step instanceof Computed && other.targets.some((target) => startsWith(step.field, target)));
}

// Each step behind those that it waits for. What waits in a circle was refused when the definition was saved.
function inOrder(steps) {
  const waiting = new Map(steps.map((step) => [step, steps.filter((other) => waitsFor(step, other))]));
  const ordered = [];
  while (waiting.size) {
    const ready = [...waiting].filter(([, before]) => before.every((each) => !waiting.has(each))).map(([step]) => step);
    if (!ready.length) throw new Error("values and rules wait for each other");
    for (const step of ready) waiting.delete(step);
    ordered.push(...ready);
  }
  return ordered;
}

export class Plan {
  constructor(ui, schema) {
    this.fields = fieldsOf(schema);
    this.computed = computedOf(this.fields);
    const rules = [...elementsOf(ui)].filter((each) => isObject(each.rule)).map((each) => new Rule(each));
    this.steps = inOrder([...rules, ...this.computed]);
  }

  // Answers without what was sent for computed fields and what is hidden, and with what is worked out.
  run(answers, today) {
    for (const { field } of this.computed) if (valueAt(answers, field) !== ABSENT) answers = without(answers, field);
    const run = { answers, today, meter: new Meter(), hidden: [], hiddenElements: new Set(), computed: {}, failed: [] };
    for (const step of this.steps) step.apply(run);
    return run;
  }
}
