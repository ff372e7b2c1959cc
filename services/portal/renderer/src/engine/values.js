// JSON values: pointers into them (RFC 6901), equality, and how much they hold.
export const ABSENT = Symbol("absent");

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const has = (value, name) => Object.prototype.hasOwnProperty.call(value, name);

// The steps of a JSON pointer, also of one in a fragment (`#/...`).
export const stepsOf = (pointer) =>
  pointer.replace(/^#/, "").split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

export const pointerOf = (steps) =>
  steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export const startsWith = (steps, start) =>
  start.length <= steps.length && start.every((step, place) => steps[place] === step);

// What stands at `steps`, ABSENT where nothing does.
export function valueAt(value, steps) {
  for (const step of steps) {
    if (isObject(value) && has(value, step)) value = value[step];
    else if (Array.isArray(value) && /^[0-9]+$/.test(step) && Number(step) < value.length) value = value[Number(step)];
    else return ABSENT;
  }
  return value;
}

// `value` without what stands at `steps`; only the objects on the way are copied.
export function without(value, [first, ...rest]) {
  if (!has(value, first)) return value;
  const copy = { ...value };
  if (!rest.length) delete copy[first];
  else if (isObject(copy[first])) copy[first] = without(copy[first], rest);
  return copy;
}

// `answers` with `value` at `steps`; null where a group on the way is not there and may not be made.
export function withValue(answers, [first, ...rest], value, room) {
  if (!rest.length) return { ...answers, [first]: value };
  const inner = has(answers, first) ? answers[first] : room >= rest.length ? {} : null;
  const changed = isObject(inner) ? withValue(inner, rest, value, room) : null;
  return changed && { ...answers, [first]: changed };
}

export function equal(one, other) {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, place) => equal(each, other[place]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => has(other, name) && equal(one[name], other[name]));
}

const innerOf = (value) => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : null);

// How deep a value nests, at most `limit` + 1.
export function depthOf(value, limit) {
  const inner = innerOf(value);
  return limit < 0 || !inner ? 0 : 1 + inner.reduce((most, each) => Math.max(most, depthOf(each, limit - 1)), 0);
}

export function holdsMoreThan(value, limit) {
  let count = 0;
  const waiting = [value];
  while (waiting.length && count <= limit) {
    count += 1;
    for (const each of innerOf(waiting.pop()) ?? []) waiting.push(each);
  }
  return count > limit;
}
