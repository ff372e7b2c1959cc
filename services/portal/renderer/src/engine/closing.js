// The schema that answers are put to: a form's own, with what the server adds so that nothing unasked gets in.
import { isObject } from "./values.js";

const MOST_ITEMS = 500;
const LITERAL = new Set(["enum", "const", "default", "examples"]);
const NAMED = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"]);

export const isChoice = (node) =>
  Array.isArray(node.oneOf) && node.oneOf.every((each) => isObject(each) && "const" in each);

export function closedSchema(node) {
  if (Array.isArray(node)) return node.map(closedSchema);
  if (!isObject(node)) return node;
  const closed = {};
  for (const [word, value] of Object.entries(node)) {
    if (word.startsWith("x-")) continue;
    if (NAMED.has(word) && isObject(value))
      closed[word] = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, closedSchema(each)]));
    else closed[word] = LITERAL.has(word) ? value : closedSchema(value);
  }
  if (isChoice(closed)) {
    closed.enum = closed.oneOf.map((each) => each.const);
    delete closed.oneOf;
  }
  if (closed.type === "object" && isObject(closed.properties)) closed.additionalProperties ??= false;
  if (closed.type === "array") closed.maxItems ??= MOST_ITEMS;
  return closed;
}
