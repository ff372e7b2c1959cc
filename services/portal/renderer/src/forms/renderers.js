// Which renderer shows what: JSON Forms asks each tester and takes the highest.
import { isControl, rankWith, Resolve, uiTypeIs } from "@jsonforms/core";
import { withJsonFormsControlProps } from "@jsonforms/react";
import { createElement } from "react";
import { BooleanControl, ChoiceControl, ChoicesControl, choicesOf } from "./controls/choice.jsx";
import { FamilyControl, FileControl } from "./controls/file.jsx";
import { ComputedControl, GroupControl, ListControl } from "./controls/group.jsx";
import { NumberControl } from "./controls/number.jsx";
import { KelurahanControl, MapPointControl } from "./controls/place.jsx";
import { TextControl } from "./controls/text.jsx";
import { GroupLayout, RowLayout } from "./layouts.jsx";
import { ServiceLayout } from "./Service.jsx";

const OF_THE_CITY = "^64[.]71[.]";
const shown = (Control) => withJsonFormsControlProps((props) => (props.visible ? createElement(Control, props) : null));

// The first that fits shows the field.
const CONTROLS = [
  [(schema) => "x-computed" in schema, ComputedControl],
  [({ format }) => format === "map-point", MapPointControl],
  [({ format, pattern }) => format === "kelurahan" || (format === "region" && pattern?.startsWith(OF_THE_CITY)), KelurahanControl],
  [({ format }) => format === "file", FileControl],
  [({ format }) => format === "family-member", FamilyControl],
  [({ type, items }) => type === "array" && items && choicesOf(items).length > 0, ChoicesControl],
  [({ type }) => type === "array", ListControl],
  [({ type, properties }) => type === "object" && properties, GroupControl],
  [(schema) => choicesOf(schema).length > 0, ChoiceControl],
  [({ type }) => type === "boolean", BooleanControl],
  [({ type }) => type === "integer" || type === "number", NumberControl],
  [() => true, TextControl],
];

const schemaOf = (uischema, schema, root) => Resolve.schema(schema, uischema.scope, root) ?? {};
const tester = (fits, place) => (uischema, schema, context) => {
  if (!isControl(uischema) || !fits(schemaOf(uischema, schema, context.rootSchema))) return -1;
  return CONTROLS.length - place;
};

export const renderers = [
  ...CONTROLS.map(([fits, Control], place) => ({ tester: tester(fits, place), renderer: shown(Control) })),
  ...["Categorization", "Category", "Group", "VerticalLayout"].map((type) => ({ tester: rankWith(1, uiTypeIs(type)), renderer: GroupLayout })),
  { tester: rankWith(1, uiTypeIs("HorizontalLayout")), renderer: RowLayout },
  { tester: rankWith(1, uiTypeIs("Service")), renderer: ServiceLayout },
];
