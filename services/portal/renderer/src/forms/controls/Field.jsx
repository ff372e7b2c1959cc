// The frame of every field: label, help, what is wrong, all tied to the input.
import { idOf, pointerOfPath, useForm } from "../context.js";

// Returns what a field's input needs: its id, its describing ids, whether its problems are told already.
export function useField({ path, errors, description, required, enabled = true }) {
  const form = useForm();
  const pointer = pointerOfPath(path);
  const id = idOf(form.prefix, path);
  const wrong = errors && form.tells(pointer) ? errors.split("\n") : [];
  const described = [description && `${id}-help`, wrong.length && `${id}-error`].filter(Boolean).join(" ");
  const input = {
    id, "aria-describedby": described || undefined, "aria-invalid": wrong.length ? true : undefined,
    "aria-required": required || undefined, disabled: !enabled || undefined, onBlur: () => form.touch(pointer),
  };
  return { form, id, pointer, wrong, input, say: form.say };
}

export function Help({ id, children }) {
  return children ? <p className="help" id={`${id}-help`}>{children}</p> : null;
}

export function Errors({ id, wrong }) {
  if (!wrong.length) return null;
  return <ul className="errorlist" id={`${id}-error`}>{wrong.map((each) => <li key={each}>{each}</li>)}</ul>;
}

export function LabelText({ label, required, form }) {
  return <>{label}{required ? null : <> <span className="optional">({form.say("optional")})</span></>}</>;
}

// A single input with its label.
export function Field({ field, label, required, description, children }) {
  const { id, wrong, form } = field;
  return (
    <div className={wrong.length ? "field wrong" : "field"}>
      <label htmlFor={id}><LabelText {...{ label, required, form }} /></label>
      <Help id={id}>{description}</Help>
      <Errors {...{ id, wrong }} />
      {children}
    </div>
  );
}

// Several inputs under one name. The error summary leads here, so the frame takes the focus.
export function Fieldset({ field, label, required, description, className = "", children }) {
  const { id, wrong, form, input } = field;
  return (
    <fieldset className={`field form-set ${className}${wrong.length ? " wrong" : ""}`} id={id} tabIndex={-1}
      aria-describedby={input["aria-describedby"]}>
      <legend><LabelText {...{ label, required, form }} /></legend>
      <Help id={id}>{description}</Help>
      <Errors {...{ id, wrong }} />
      {children}
    </fieldset>
  );
}
