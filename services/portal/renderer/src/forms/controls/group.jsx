// Fields that hold fields: a group, and a list of groups; and what is worked out.
import { encode } from "@jsonforms/core";
import { JsonFormsDispatch } from "@jsonforms/react";
import { useMemo } from "react";
import { orderedNames } from "../../engine/fields.js";
import { stepsOf, valueAt } from "../../engine/values.js";
import { controlFor } from "../prepare.js";
import { Fieldset, Help, LabelText, useField } from "./Field.jsx";
import { writtenNumber } from "./number.jsx";

function useInner(schema, pointer, shows) {
  return useMemo(() => {
    return orderedNames(schema).map((name) => controlFor(`#/properties/${encode(name)}`, stepsOf(pointer), shows));
  }, [schema, pointer, shows]);
}

function Inner({ schema, path, pointer, form }) {
  const elements = useInner(schema, pointer, form.shows);
  return elements.map((each) => <JsonFormsDispatch key={each.scope} schema={schema} uischema={each} path={path} />);
}

export function GroupControl(props) {
  const field = useField(props);
  const { schema, path, label, description, required } = props;
  if (props.uischema.options?.bare) return <Inner schema={schema} path={path} pointer={field.pointer} form={field.form} />;
  return (
    <Fieldset className="form-group" {...{ field, label, description, required }}>
      <Inner schema={schema} path={path} pointer={field.pointer} form={field.form} />
    </Fieldset>
  );
}

function Item({ place, count, path, schema, field, label, remove }) {
  const { say, form, id } = field;
  const itemPath = `${path}.${place}`;
  const title = `${label} ${place + 1}`;
  const scalar = schema.type !== "object" || !schema.properties;
  const control = useMemo(() => ({ type: "Control", scope: "#", label: title }), [title]);
  return (
    <fieldset className="form-item" id={`${id}-${place}`} tabIndex={-1}>
      <legend>{title}</legend>
      {scalar ? <JsonFormsDispatch schema={schema} uischema={control} path={itemPath} />
        : <Inner schema={schema} path={itemPath} pointer={`${field.pointer}/${place}`} form={form} />}
      <button type="button" className="button quiet danger small" onClick={() => remove(place)} aria-label={`${say("remove")}: ${title}`} data-of={count}>
        {say("remove")}
      </button>
    </fieldset>
  );
}

export function ListControl(props) {
  const field = useField(props);
  const { data, handleChange, path, schema, label, description, required } = props;
  const { say, form } = field;
  const items = Array.isArray(data) ? data : [];
  const blank = () => (schema.items?.type === "object" ? {} : undefined);
  const add = () => {
    const more = items.length ? 1 : Math.max(1, schema.minItems ?? 1);
    handleChange(path, [...items, ...Array.from({ length: more }, blank)]);
  };
  const remove = (place) => {
    const kept = items.filter((_, at) => at !== place);
    handleChange(path, kept.length ? kept : undefined);
    form.announce(`${say("removed")}: ${label} ${place + 1}`);
    requestAnimationFrame(() => document.getElementById(`${field.id}-add`)?.focus());
  };
  const full = items.length >= (schema.maxItems ?? 500);
  return (
    <Fieldset className="form-list" {...{ field, label, description, required }}>
      {items.length ? null : <p className="help">{say("none")} {schema.minItems ? say("atLeast", schema.minItems) : ""}</p>}
      {items.map((_, place) => <Item key={place} {...{ place, path, field, label, remove }} count={items.length} schema={schema.items ?? {}} />)}
      {full ? null : <button type="button" className="button quiet small" id={`${field.id}-add`} onClick={add}>{say("add")}: {label}</button>}
    </Fieldset>
  );
}

export function ComputedControl(props) {
  const field = useField(props);
  const { schema, label, description } = props;
  const { form, id, say, wrong } = field;
  const value = valueAt(form.evaluation.answers, stepsOf(field.pointer));
  const known = ["string", "number", "boolean"].includes(typeof value);
  const text = typeof value === "boolean" ? say(value ? "yes" : "no") : writtenNumber(known ? value : undefined, form.language, true);
  return (
    <div className={wrong.length ? "field wrong" : "field"}>
      <label htmlFor={id}><LabelText label={label} required form={form} /></label>
      <Help id={id}>{[description, say("worked")].filter(Boolean).join(" · ")}</Help>
      {wrong.length ? <ul className="errorlist" id={`${id}-error`}>{wrong.map((each) => <li key={each}>{each}</li>)}</ul> : null}
      <output id={id} tabIndex={-1} className="form-worked" aria-describedby={`${id}-help`}>
        {known ? `${schema.format === "rupiah" ? "Rp" : ""}${text}` : <span className="under">{say("later")}</span>}
      </output>
    </div>
  );
}
