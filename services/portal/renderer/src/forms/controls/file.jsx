// Files and people of the family: what is kept of each is an id.
import { useState } from "react";
import { Field, useField } from "./Field.jsx";

const MB = 1024 * 1024;
const STARTS = { pdf: [0x25, 0x50, 0x44, 0x46, 0x2d], jpeg: [0xff, 0xd8, 0xff], png: [0x89, 0x50, 0x4e, 0x47] };
const NAMES = { pdf: "PDF", jpeg: "JPEG", png: "PNG" };
const OFFERED = { pdf: "application/pdf,.pdf", jpeg: "image/jpeg,.jpg,.jpeg", png: "image/png,.png" };
const named = (accept) => accept.map((each) => NAMES[each] ?? each).join(", ");

export const kindsOf = (requirement, say) => say("kinds", named(requirement.accept), requirement.max_mb);

// What keeps a file from being handed in, found from its bytes as the server does; "" for nothing.
async function wrongWith(file, { accept, max_mb }, say) {
  if (file.size > max_mb * MB) return say("tooLarge", max_mb);
  const bytes = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  return accept.some((kind) => STARTS[kind]?.every((byte, place) => bytes[place] === byte)) ? "" : say("wrongKind", named(accept));
}

// An input for one document. `keep(id, name)` takes what was uploaded, `keep(undefined)` that it was removed.
export function Upload({ input, requirement, name, keep, form }) {
  const [told, setTold] = useState({ wrong: "", status: "" });
  const choose = async ({ target }) => {
    const file = target.files[0];
    target.value = "";
    if (!file) return;
    const wrong = await wrongWith(file, requirement, form.say);
    setTold({ wrong, status: wrong ? "" : form.say("uploading") });
    if (wrong) return;
    try {
      const id = await form.upload(file, requirement);
      setTold({ wrong: "", status: "" });
      keep(id, file.name);
    } catch (error) {
      setTold({ wrong: error?.told ?? form.say("notUploaded"), status: "" });
    }
  };
  return (
    <>
      {told.wrong ? <ul className="errorlist" role="alert"><li>{told.wrong}</li></ul> : null}
      {name
        ? <p className="form-chosen"><span>{form.say("chosen", name)}</span> <button type="button" className="plain" onClick={() => keep(undefined)}>{form.say("remove")}</button></p>
        : <input type="file" {...input} accept={requirement.accept.map((each) => OFFERED[each]).join(",")} onChange={choose} />}
      <p className="help" role="status">{told.status}</p>
    </>
  );
}

export function FileControl(props) {
  const { data, handleChange, path, schema, label, required } = props;
  const field = useField({ ...props, description: "kinds" });
  const requirement = field.form.requirements.find((each) => each.id === schema["x-document"]);
  const keep = (id, name) => {
    if (id) field.form.nameFile(id, name);
    handleChange(path, id);
  };
  if (!requirement) return null;
  const description = [props.description, kindsOf(requirement, field.say)].filter(Boolean).join(" · ");
  return (
    <Field {...{ field, label, required, description }}>
      <Upload input={field.input} requirement={requirement} name={data && (field.form.fileNames[data] ?? data)} keep={keep} form={field.form} />
    </Field>
  );
}

export function FamilyControl(props) {
  const field = useField(props);
  const { data, handleChange, path, label, required, description } = props;
  const { family } = field.form;
  return (
    <Field {...{ field, label, required, description }}>
      <select {...field.input} value={family.some((each) => each.id === data) ? data : ""}
        onChange={({ target }) => handleChange(path, target.value || undefined)}>
        <option value="">{family.length ? field.say("choose") : field.say("nobody")}</option>
        {family.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
    </Field>
  );
}
