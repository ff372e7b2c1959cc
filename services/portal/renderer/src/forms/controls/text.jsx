// Texts: plain, numbers of a person, phone, e-mail, date, time.
import { Field, useField } from "./Field.jsx";

const KINDS = {
  nik: { inputMode: "numeric", autoComplete: "off", maxLength: 16, className: "form-digits" },
  kk: { inputMode: "numeric", autoComplete: "off", maxLength: 16, className: "form-digits" },
  phone: { type: "tel", inputMode: "tel", autoComplete: "tel" },
  email: { type: "email", inputMode: "email", autoComplete: "email", autoCapitalize: "none", spellCheck: false },
  date: { type: "date", className: "form-short" },
  uri: { inputMode: "url", autoCapitalize: "none", spellCheck: false },
};
const LONG = 250;
// What people put between digits goes; the rest stays, so that a mistake is told and not swallowed.
const CLEANED = { nik: /[\s.-]/g, kk: /[\s.-]/g, phone: /[\s().-]/g };

export function TextControl(props) {
  const field = useField(props);
  const { data, handleChange, path, schema, label, required, description, uischema } = props;
  const change = ({ target }) => {
    const text = CLEANED[schema.format] ? target.value.replace(CLEANED[schema.format], "") : target.value;
    handleChange(path, text === "" ? undefined : text);
  };
  const shared = { ...field.input, value: typeof data === "string" ? data : data === undefined ? "" : JSON.stringify(data), onChange: change };
  const long = uischema.options?.multi || schema.maxLength > LONG;
  const { maxLength, ...kind } = KINDS[schema.format] ?? { maxLength: schema.maxLength };
  return (
    <Field {...{ field, label, required, description }}>
      {long ? <textarea {...shared} rows={4} /> : <input type="text" {...kind} {...shared} data-most={maxLength} />}
    </Field>
  );
}
