// The fields of a form, groups before what they hold: `steps` lead to a field's answer, with `*` for each item of a list.
import { resolved } from "./schema.js";
import { isObject } from "./values.js";

const MOST_DEPTH = 12;
export const ITEM = "*";

export function fieldsOf(root, node = root, steps = [], found = []) {
  node = resolved(root, node);
  if (steps.length > MOST_DEPTH) return found;
  for (const [name, inner] of Object.entries(isObject(node.properties) ? node.properties : {})) {
    const written = isObject(inner) ? inner : {};
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
