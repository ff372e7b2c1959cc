// One service's form: JSON Forms with our renderers, judged by the engine.
import { JsonForms } from "@jsonforms/react";
import { unset } from "./pruning.js";
import { Component, useId, useMemo, useRef, useState } from "react";
import { Definition } from "../engine/definition.js";
import Ajv from "./ajv.js";
import { FormContext } from "./context.js";
import { prepared, preparedSchema } from "./prepare.js";
import { renderers } from "./renderers.js";
import { sayIn } from "./texts.js";

// A judge that remembers its verdicts by the identity of the answers: it is asked many times for one look.
function remembering(definition, today) {
  const known = new WeakMap();
  return (answers) => {
    if (!known.has(answers)) known.set(answers, definition.evaluate(answers, today));
    return known.get(answers);
  };
}

function useShape(content, language, today) {
  return useMemo(() => {
    const evaluate = remembering(new Definition(content), today);
    const told = (answers) => evaluate(answers).problems.map(({ pointer, code, detail }) => ({ pointer, code, text: detail[language] ?? detail.id }));
    const { ui, shows } = prepared(content.form.ui, language, evaluate);
    return { evaluate, told, ui, shows, schema: preparedSchema(content.form.schema, language), ajv: new Ajv({ judge: told }) };
  }, [content, language, today]);
}

const locally = () => Promise.resolve(crypto.randomUUID());

function Shown({ definition, language, today, answers, regions = [], family = [], upload = locally, onChange, onSubmit, submitLabel }) {
  const shape = useShape(definition, language, today);
  const prefix = `f${useId().replaceAll(/[^A-Za-z0-9]/g, "")}`;
  const initial = useRef(answers ?? {});
  const [data, setData] = useState(initial.current);
  const [touched, setTouched] = useState(() => new Set());
  const [seen, setSeen] = useState(() => new Set());
  const [files, setFiles] = useState({});
  const [fileNames, setFileNames] = useState({});
  const [announced, announce] = useState("");
  const evaluation = shape.evaluate(data), problems = shape.told(data);
  const say = sayIn(language);
  const fieldsSeen = [...seen].map((element) => JSON.stringify(element.elements ?? element));
  const form = {
    prefix, language, say, evaluation, problems, regions, family, upload, shows: shape.shows, fee: definition.fee,
    requirements: definition.requirements ?? [], files, fileNames, announced, announce, submits: Boolean(onSubmit),
    finishLabel: submitLabel ?? say("check"),
    touch: (pointer) => setTouched((before) => (before.has(pointer) ? before : new Set([...before, pointer]))),
    tells: (pointer) => seen.has("all") || touched.has(pointer) || fieldsSeen.length > 0 && [...seen].some((each) => each !== "all" && holds(each, pointer)),
    see: (element) => element && setSeen((before) => new Set([...before, element])),
    seen: (element) => seen.has(element) || seen.has("all"),
    seeAll: () => setSeen((before) => new Set([...before, "all"])),
    problemsUnder: (pointer) => problems.filter((each) => each.pointer.startsWith(`${pointer}/`)).map((each) => each.text),
    nameFile: (id, name) => setFileNames((before) => ({ ...before, [id]: name })),
    keepFile: (id, file) => setFiles(({ [id]: _, ...rest }) => (file ? { ...rest, [id]: file } : rest)),
    finish: (complete) => complete && onSubmit?.({ ...evaluation, files }),
  };
  const changed = (state, action, reduce) => {
    const next = unset(reduce(state, action), action);
    return next;
  };
  return (
    <FormContext.Provider value={form}>
      <JsonForms schema={shape.schema} uischema={shape.ui} data={initial.current} renderers={renderers} cells={[]} ajv={shape.ajv} middleware={changed}
        i18n={{ locale: language, translateError: (error) => error.message }}
        onChange={({ data: current }) => { setData(current); onChange?.(shape.evaluate(current)); }} />
    </FormContext.Provider>
  );
}

function holds(element, pointer) {
  const scope = element.scope?.slice(1).replaceAll("/properties/", "/");
  return (scope !== undefined && (pointer === scope || pointer.startsWith(`${scope}/`))) || (element.elements ?? []).some((each) => holds(each, pointer));
}

// A definition under way may be unsound; then the place says so instead of staying empty.
export class ServiceForm extends Component {
  state = { failed: null };

  static getDerivedStateFromError(error) {
    return { failed: error };
  }

  componentDidUpdate(before) {
    if (this.state.failed && before.definition !== this.props.definition) this.setState({ failed: null });
  }

  render() {
    if (!this.state.failed) return <Shown {...this.props} />;
    return <p className="note error" role="alert"><span>{sayIn(this.props.language)("broken")} <small>{String(this.state.failed.message)}</small></span></p>;
  }
}
