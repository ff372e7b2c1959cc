// A field that is emptied leaves no empty group behind: a group of nothing is not filled in.
import { UPDATE_DATA } from "@jsonforms/core";
import { isObject, valueAt, without } from "../engine/values.js";

export function unset(state, action) {
  if (action.type !== UPDATE_DATA || !action.path || !isObject(state.data)) return state;
  let steps = action.path.split("."), data = state.data;
  if (valueAt(data, steps) !== undefined && typeof valueAt(data, steps) !== "symbol") return state;
  for (steps = steps.slice(0, -1); steps.length && isEmptyGroup(data, steps); steps = steps.slice(0, -1)) data = without(data, steps);
  return data === state.data ? state : { ...state, data, errors: state.validator(data) ? [] : state.validator.errors };
}

// An item of a list stays, though it is empty: it was asked for.
const isEmptyGroup = (data, steps) => {
  const value = valueAt(data, steps);
  return isObject(value) && !Object.keys(value).length && !steps.some((step) => /^[0-9]+$/.test(step));
};
