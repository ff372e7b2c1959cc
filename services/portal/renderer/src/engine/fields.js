// The fields of a form, groups before what they hold: `steps` lead to a field's answer, with `*` for each item of a list.
import { resolved } from "./schema.js";
import { isObject } from "./values.js";

const MOST_DEPTH = 12;
export const ITEM = "*";

// The names of a group's fields: those that its `x-order` names, then the others; a database keeps no order of keys.
export function orderedNames(node) {
  const names = Object.keys(isObject(node.properties) ? node.properties : {});
  const first = (Array.isArray(node["x-order"]) ? node["x-order"] : []).filter((name) => names.includes(name));
  return [...new Set([...first, ...names])];
}

export function fieldsOf(root, node = root, steps = [], found = []) {
  node = resolved(root, node);
  if (steps.length > MOST_DEPTH) return found;
  for (const name of orderedNames(node)) {
    const inner = node.properties[name], written = isObject(inner) ? inner : {};
    found.push({ steps: [...steps, name], written, node: resolved(root, inner) });
    fieldsOf(root, written, [...steps, name], found);
  }
  if (isObject(node.items) && steps.length) fieldsOf(root, node.items, [...steps, ITEM], found);
  return found;
}

// The schema of a field, references followed; null for what is no field.
export function nodeAt(root, steps) {
  let node = root;
  for (const step of steps) {
    node = resolved(root, node);
    const inner = /^[0-9]+$/.test(step) && "items" in node ? node.items : node.properties?.[step];
    if (!isObject(inner)) return null;
    node = inner;
  }
  return resolved(root, node);
}
