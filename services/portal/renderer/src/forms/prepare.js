// A definition's form as JSON Forms takes it: one language, references written out, and rules that ask the engine.
import { ITEM } from "../engine/fields.js";
import { resolved } from "../engine/schema.js";
import { fieldOfScope } from "../engine/rules.js";
import { isObject, startsWith } from "../engine/values.js";

export const local = (texts, language) => (isObject(texts) ? (texts[language] ?? texts.id ?? "") : "");

// The form's schema with `title`, `description` and titled choices in `language`, without references.
export function preparedSchema(root, language) {
  return expanded(root, root, language);
}

function expanded(root, written, language) {
  const { $ref, ...beside } = isObject(written) ? written : {};
  const node = { ...($ref === undefined ? {} : resolved(root, written)), ...beside };
  const made = { ...node };
  if (node["x-label"]) made.title = local(node["x-label"], language);
  if (node["x-help"]) made.description = local(node["x-help"], language);
  if (isObject(node.properties))
    made.properties = Object.fromEntries(Object.entries(node.properties).map(([name, each]) => [name, expanded(root, each, language)]));
  if (isObject(node.items)) made.items = expanded(root, node.items, language);
  if (Array.isArray(node.oneOf))
    made.oneOf = node.oneOf.map((each) => ({ ...each, title: local(each["x-label"], language) || String(each.const) }));
  return made;
}

// A Control for the field at `scope` within the field at `around` (steps); it shows while no rule hides its field.
export function controlFor(scope, around, shows, written = {}) {
  const steps = [...around, ...fieldOfScope(scope)].map((step) => (/^[0-9]+$/.test(step) ? ITEM : step));
  return { ...written, type: "Control", scope, rule: ruleOf(({ fullData }) => shows.field(fullData, steps)) };
}

const ruleOf = (validate) => ({ effect: "SHOW", condition: { scope: "#", validate } });

// The UI schema with words in `language`. `evaluate` judges answers (and remembers them by identity).
export function prepared(ui, language, evaluate) {
  const shows = {
    field: (answers, steps) => !evaluate(answers).hiddenSteps.some((each) => startsWith(steps, each)),
    element: (answers, element) => !evaluate(answers).hiddenElements.has(element) &&
      (element.elements ?? []).some((each) =>
        each.scope ? shows.field(answers, fieldOfScope(each.scope)) : shows.element(answers, each)),
  };
  const placed = new Set();
  // A field that is named twice stands where it is named first; its rules hold all the same.
  const isAgain = ({ scope }) => scope !== undefined && (placed.has(scope) || !placed.add(scope));
  const made = (element) => {
    const { label, rule, elements, ...rest } = element;
    const common = { ...rest, ...(label ? { label: local(label, language) } : {}) };
    if (element.type === "Control") return controlFor(element.scope, [], shows, common);
    const inner = (elements ?? []).filter((each) => !isAgain(each)).map(made);
    return { ...common, elements: inner, rule: ruleOf(({ fullData }) => shows.element(fullData, element)) };
  };
  return { ui: { type: "Service", elements: [made(ui)] }, shows };
}

// The steps that a form is filled in by: its Categories, else itself as one. Each is `{element, label}`.
export function stepsOfForm(ui) {
  if (ui.type === "Categorization" && ui.elements.every((each) => each.type === "Category"))
    return ui.elements.map((element) => ({ element, label: element.label ?? "" }));
  return [{ element: ui, label: ui.label ?? "" }];
}

// The fields that an element shows, as steps.
export function fieldsIn(element) {
  const own = element.scope ? [fieldOfScope(element.scope)] : [];
  return [...own, ...(element.elements ?? []).flatMap(fieldsIn)];
}
