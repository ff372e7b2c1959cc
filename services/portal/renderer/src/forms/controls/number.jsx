// Numbers as people of this country write them: 1.500.000 and 2,5 (in English 1,500,000 and 2.5).
import { useState } from "react";
import { Field, useField } from "./Field.jsx";

const marks = (language) => (language === "en" ? [",", "."] : [".", ","]);

// The number that a text writes, undefined for an empty one, the text itself where it is no number.
export function numberOf(text, language, whole) {
  const [thousands, decimal] = marks(language);
  const plain = text.replace(/^\s*rp/i, "").replaceAll(/\s/g, "");
  if (plain === "") return undefined;
  const grouped = new RegExp(`^-?\\d{1,3}(?:[${thousands}]\\d{3})+(?:[${decimal}]\\d+)?$`).test(plain);
  const joined = (grouped || whole ? plain.replaceAll(thousands, "") : plain).replace(decimal, ".");
  return /^-?(?:\d+[.]?\d*|[.]\d+)$/.test(joined) ? Number(joined) : text;
}

export function writtenNumber(value, language, grouped) {
  if (typeof value !== "number") return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return new Intl.NumberFormat(language === "en" ? "en" : "id", { useGrouping: grouped, maximumFractionDigits: 20 }).format(value);
}

export function NumberControl(props) {
  const field = useField(props);
  const { data, handleChange, path, schema, label, required, description } = props;
  const { language } = field.form;
  const rupiah = schema.format === "rupiah", whole = schema.type === "integer";
  const [typed, setTyped] = useState(null);
  const change = ({ target }) => {
    setTyped(target.value);
    handleChange(path, numberOf(target.value, language, whole));
  };
  const blur = () => {
    setTyped(null);
    field.input.onBlur();
  };
  const input = (
    <input type="text" inputMode={whole ? "numeric" : "decimal"} autoComplete="off" {...field.input} className="form-short" onBlur={blur}
      value={typed ?? writtenNumber(data, language, rupiah)} onChange={change} />
  );
  return (
    <Field {...{ field, label, required, description }}>
      {rupiah ? <div className="form-money"><span aria-hidden="true">Rp</span>{input}</div> : input}
    </Field>
  );
}
