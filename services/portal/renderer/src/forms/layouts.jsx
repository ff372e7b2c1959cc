// Layouts: steps one at a time, groups with a heading, rows.
import { JsonFormsDispatch, withJsonFormsLayoutProps } from "@jsonforms/react";

const inner = ({ uischema, schema, path, enabled }) =>
  uischema.elements.map((each, place) => <JsonFormsDispatch key={place} uischema={each} schema={schema} path={path} enabled={enabled} />);

function Group(props) {
  if (!props.visible) return null;
  const { label } = props.uischema;
  return label ? <fieldset className="field form-set form-group"><legend>{label}</legend>{inner(props)}</fieldset> : <>{inner(props)}</>;
}

function Row(props) {
  return props.visible ? <div className="form-row">{inner(props)}</div> : null;
}

export const GroupLayout = withJsonFormsLayoutProps(Group);
export const RowLayout = withJsonFormsLayoutProps(Row);
