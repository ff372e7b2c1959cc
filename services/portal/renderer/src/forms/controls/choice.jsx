// Choices: yes or no, one of several, several of several.
import { Field, Fieldset, useField } from "./Field.jsx";

const MOST_RADIOS = 6;

export const choicesOf = (schema) =>
  schema.oneOf?.map(({ const: value, title }) => ({ value, title })) ?? schema.enum?.map((value) => ({ value, title: String(value) })) ?? [];

function Radios({ field, props, choices }) {
  const { data, handleChange, path, required } = props;
  return (
    <Fieldset field={field} label={props.label} required={required} description={props.description}>
      {choices.map(({ value, title }, place) => (
        <label className="choice" key={JSON.stringify(value)}>
          <input type="radio" name={field.id} id={`${field.id}-${place}`} checked={data === value} disabled={field.input.disabled}
            onChange={() => handleChange(path, value)} onBlur={field.input.onBlur} />
          <span>{title}</span>
        </label>
      ))}
      {!required && data !== undefined
        ? <button type="button" className="plain" onClick={() => handleChange(path, undefined)}>{field.say("clear")}</button> : null}
    </Fieldset>
  );
}

export function BooleanControl(props) {
  const field = useField(props);
  const choices = [{ value: true, title: field.say("yes") }, { value: false, title: field.say("no") }];
  return <Radios {...{ field, props, choices }} />;
}

export function ChoiceControl(props) {
  const field = useField(props);
  const choices = choicesOf(props.schema);
  if (choices.length <= MOST_RADIOS) return <Radios {...{ field, props, choices }} />;
  const { data, handleChange, path, label, required, description } = props;
  const place = choices.findIndex((each) => each.value === data);
  return (
    <Field {...{ field, label, required, description }}>
      <select {...field.input} value={place < 0 ? "" : place}
        onChange={({ target }) => handleChange(path, target.value === "" ? undefined : choices[Number(target.value)].value)}>
        <option value="">{field.say("choose")}</option>
        {choices.map(({ value, title }, at) => <option key={JSON.stringify(value)} value={at}>{title}</option>)}
      </select>
    </Field>
  );
}

export function ChoicesControl(props) {
  const field = useField(props);
  const { data, handleChange, path, schema, label, required, description } = props;
  const chosen = Array.isArray(data) ? data : [];
  const toggle = (value, on) => {
    const kept = choicesOf(schema.items).map((each) => each.value).filter((each) => (each === value ? on : chosen.includes(each)));
    handleChange(path, kept.length ? kept : undefined);
  };
  return (
    <Fieldset {...{ field, label, required, description }}>
      {choicesOf(schema.items).map(({ value, title }) => (
        <label className="choice" key={JSON.stringify(value)}>
          <input type="checkbox" checked={chosen.includes(value)} disabled={field.input.disabled}
            onChange={({ target }) => toggle(value, target.checked)} onBlur={field.input.onBlur} />
          <span>{title}</span>
        </label>
      ))}
    </Fieldset>
  );
}
