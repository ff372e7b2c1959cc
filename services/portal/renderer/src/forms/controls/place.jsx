// Where something is: a kelurahan by its district, a point on the map.
import { useState } from "react";
import { Field, Fieldset, Help, useField } from "./Field.jsx";
import { numberOf, writtenNumber } from "./number.jsx";

export function KelurahanControl(props) {
  const field = useField(props);
  const { data, handleChange, path, label, required, description } = props;
  const { regions } = field.form;
  const holding = regions.find((each) => each.subdistricts.some(({ code }) => code === data));
  const [chosen, setChosen] = useState("");
  const district = holding ?? regions.find((each) => each.code === chosen);
  const chooseDistrict = ({ target }) => {
    setChosen(target.value);
    handleChange(path, undefined);
  };
  const { id, say, input } = field;
  return (
    <Fieldset {...{ field, label, required, description }}>
      <div className="form-pair">
        <div>
          <label htmlFor={`${id}-district`}>{say("district")}</label>
          <select id={`${id}-district`} value={district?.code ?? ""} disabled={input.disabled} onChange={chooseDistrict}>
            <option value="">{say("choose")}</option>
            {regions.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}
          </select>
        </div>
        <div>
          <label htmlFor={`${id}-kelurahan`}>{say("kelurahan")}</label>
          <select {...input} id={`${id}-kelurahan`} value={holding ? data : ""} disabled={input.disabled || !district}
            onChange={({ target }) => handleChange(path, target.value || undefined)}>
            <option value="">{district ? say("choose") : say("districtFirst")}</option>
            {district?.subdistricts.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}
          </select>
        </div>
      </div>
    </Fieldset>
  );
}

function Coordinate({ id, label, value, change, field }) {
  const [typed, setTyped] = useState(null);
  const { language } = field.form;
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input type="text" inputMode="decimal" autoComplete="off" {...field.input} id={id} value={typed ?? writtenNumber(value, language, false)}
        onChange={({ target }) => { setTyped(target.value); change(numberOf(target.value, language, false)); }}
        onBlur={() => { setTyped(null); field.input.onBlur(); }} />
    </div>
  );
}

// The browser's position, to about a decimetre; null where it is refused or unknown.
const positionHere = () =>
  new Promise((resolve) => {
    const told = ({ coords }) => resolve({ lat: Number(coords.latitude.toFixed(6)), lon: Number(coords.longitude.toFixed(6)) });
    navigator.geolocation.getCurrentPosition(told, () => resolve(null), { enableHighAccuracy: true, timeout: 15_000 });
  });

export function MapPointControl(props) {
  const field = useField(props);
  const { data, handleChange, path, label, required, description } = props;
  const [told, setTold] = useState("");
  const { id, say } = field;
  const point = typeof data === "object" && data !== null ? data : {};
  const change = (name) => (value) => {
    const { [name]: _, ...rest } = point;
    const changed = value === undefined ? rest : { ...rest, [name]: value };
    handleChange(path, Object.keys(changed).length ? changed : undefined);
  };
  const locate = async () => {
    setTold(say("locating"));
    const here = await positionHere();
    setTold(here ? "" : say("noPosition"));
    if (here) handleChange(path, here);
  };
  const inner = props.errors ? props.errors : field.form.problemsUnder(field.pointer).join("\n");
  const wrong = inner && field.form.tells(field.pointer) ? inner.split("\n") : [];
  return (
    <Fieldset field={{ ...field, wrong }} {...{ label, required, description }}>
      <Help id={`${id}-point`}>{say("pointHelp")}</Help>
      <div className="form-pair">
        <Coordinate id={`${id}-lat`} label={say("latitude")} value={point.lat} change={change("lat")} field={field} />
        <Coordinate id={`${id}-lon`} label={say("longitude")} value={point.lon} change={change("lon")} field={field} />
      </div>
      {"geolocation" in navigator && window.isSecureContext
        ? <button type="button" className="button quiet small" disabled={field.input.disabled} onClick={locate}>{say("position")}</button> : null}
      <p className="help" role="status">{told}</p>
    </Fieldset>
  );
}
