// The form as a whole: one step at a time with its progress, then documents, fee and the check of everything.
import { JsonFormsDispatch, useJsonForms } from "@jsonforms/react";
import { useEffect, useMemo, useRef, useState } from "react";
import { startsWith, stepsOf } from "../engine/values.js";
import { idOf, useForm } from "./context.js";
import { kindsOf, Upload } from "./controls/file.jsx";
import { fieldsIn, local, stepsOfForm } from "./prepare.js";

const FINISH = "finish";

// The steps that show, each with its problems; what stands in no step is told at the end.
function stepsShown(ui, answers, form) {
  const { problems } = form.evaluation;
  const steps = stepsOfForm(ui)
    .filter(({ element }) => element.rule.condition.validate({ fullData: answers }))
    .map((step) => ({ ...step, fields: fieldsIn(step.element) }))
    .map((step) => ({
      ...step,
      problems: problems.filter(({ pointer }) => step.fields.some((field) => startsWith(stepsOf(pointer), field) || startsWith(field, stepsOf(pointer)) && pointer)),
    }));
  return [...steps, { element: null, label: form.say(FINISH), fields: [], problems }];
}

function Progress({ steps, at, go, form }) {
  return (
    <nav className="form-progress" aria-label={form.say("steps")}>
      <p><b>{form.say("step", at + 1, steps.length)}</b></p>
      <ol>
        {steps.map(({ label, element, problems }, place) => {
          const seen = element && form.seen(element);
          const state = !seen ? "" : problems.length ? "wrong" : "done";
          const words = state === "wrong" ? form.say("toMend") : state === "done" ? form.say("done") : "";
          return (
            <li key={place} className={state}>
              <button type="button" aria-current={place === at ? "step" : undefined} onClick={() => go(place)}>
                <span className="form-mark" aria-hidden="true">{state === "done" ? "✓" : state === "wrong" ? "!" : place + 1}</span>
                <span>{label}{words ? <span className="unseen"> ({words})</span> : null}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Summary({ problems, form, summary, show }) {
  return (
    <div className="note error form-summary" role="alert" tabIndex={-1} ref={summary}>
      <div>
        <h2>{form.say("problems")}</h2>
        <ul>
          {problems.map(({ pointer, code, text }) => (
            <li key={`${pointer} ${code}`}><a href={`#${idOf(form.prefix, pointer)}`} onClick={(event) => { event.preventDefault(); show(pointer); }}>{text}</a></li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Fee({ form }) {
  const { fee } = form.evaluation;
  if (!form.fee) return null;
  const waits = fee === null || (fee === 0 && "rule" in form.fee && form.problems.length > 0);
  const amount = waits ? null : fee === 0 ? form.say("free") : `Rp${new Intl.NumberFormat("id").format(fee)}`;
  return (
    <p className="form-fee" role="status"><span>{form.say("fee")}</span> {amount === null ? <small>{form.say("feeLater")}</small> : <strong>{amount}</strong>}</p>
  );
}

function Documents({ form }) {
  const asked = form.requirements.filter(({ id }) => form.evaluation.documents.includes(id));
  return (
    <section aria-labelledby={`${form.prefix}-documents`}>
      <h3 id={`${form.prefix}-documents`}>{form.say("documents")}</h3>
      {asked.length ? null : <p>{form.say("noDocuments")}</p>}
      {asked.map((each) => {
        const id = idOf(form.prefix, `document-${each.id}`);
        return (
          <div className="field" key={each.id}>
            <label htmlFor={id}>{local(each.title, form.language)}</label>
            <p className="help" id={`${id}-help`}>{kindsOf(each, form.say)}</p>
            <Upload input={{ id, "aria-describedby": `${id}-help` }} requirement={each} name={form.files[each.id]?.name} form={form}
              keep={(file, name) => form.keepFile(each.id, file && { id: file, name })} />
          </div>
        );
      })}
    </section>
  );
}

function Complete({ form }) {
  return (
    <div className="note success form-complete" role="status">
      <div>
        <p><b>{form.say("complete")}</b> {form.submits ? "" : form.say("nothingSent")}</p>
        {form.submits ? null : <details><summary>{form.say("wouldSend")}</summary><pre tabIndex={0}>{JSON.stringify(form.evaluation.answers, null, 2)}</pre></details>}
      </div>
    </div>
  );
}

export function ServiceLayout({ uischema, schema, path }) {
  const form = useForm();
  const { core } = useJsonForms();
  const [at, setAt] = useState(0);
  const [told, setTold] = useState(false);
  const heading = useRef(null), summary = useRef(null), wanted = useRef(null);
  const steps = stepsShown(uischema.elements[0], core.data, form);
  const place = Math.min(at, steps.length - 1), step = steps[place], last = place === steps.length - 1;
  const problems = last ? form.problems : form.problems.filter((each) => step.problems.some((own) => own.pointer === each.pointer && own.code === each.code));

  useEffect(() => {
    if (!wanted.current) return;
    const target = wanted.current === "heading" ? heading.current : wanted.current === "summary" ? summary.current : inputAt(form.prefix, wanted.current);
    wanted.current = null;
    target?.focus();
    target?.scrollIntoView({ block: target === summary.current || target === heading.current ? "start" : "center" });
  });

  const go = (next) => { form.see(step.element); wanted.current = "heading"; setTold(false); setAt(next); };
  const onward = () => {
    form.see(step.element);
    if (!last && !problems.length) return go(place + 1);
    if (last) form.seeAll();
    wanted.current = problems.length ? "summary" : null;
    setTold(true);
    if (last) form.finish(!problems.length);
  };
  const show = (pointer) => {
    const where = steps.findIndex(({ fields }) => fields.some((field) => startsWith(stepsOf(pointer), field)));
    wanted.current = pointer;
    if (where >= 0 && where !== place) { setTold(false); setAt(where); } else form.touch(pointer);
  };

  return (
    <form className="form" noValidate onSubmit={(event) => { event.preventDefault(); onward(); }}>
      <Progress {...{ steps, at: place, go, form }} />
      {told && problems.length ? <Summary {...{ problems, form, summary, show }} /> : null}
      <h2 tabIndex={-1} ref={heading} className="form-heading">{step.label}</h2>
      {last ? <Documents form={form} /> : <Step element={step.element} {...{ schema, path }} />}
      <Fee form={form} />
      {told && last && !problems.length ? <Complete form={form} /> : null}
      <div className="buttons form-buttons">
        {place > 0 ? <button type="button" className="button quiet" onClick={() => go(place - 1)}>{form.say("back")}</button> : null}
        <button type="submit" className="button">{last ? form.finishLabel : form.say("next")}</button>
      </div>
      <p className="unseen" role="status">{form.announced}</p>
    </form>
  );
}

function Step({ element, schema, path }) {
  const inner = useMemo(() => {
    const all = element.type === "Category" ? element.elements : [element];
    // A step that is one group has that group's name already.
    const one = all.length === 1 && all[0].type === "Control";
    return one ? [{ ...all[0], options: { ...all[0].options, bare: true } }] : all;
  }, [element]);
  return inner.map((each, place) => <JsonFormsDispatch key={place} uischema={each} schema={schema} path={path} />);
}

// What takes the focus for a field: its input, else the frame around its inputs, else the frame around it.
function inputAt(prefix, pointer) {
  for (let steps = pointer.split("/"); steps.length > 1; steps = steps.slice(0, -1)) {
    const found = document.getElementById(idOf(prefix, steps.join("/")));
    if (found) return found;
  }
  return null;
}
