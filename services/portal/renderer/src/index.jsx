// What pages call: `SuperappForm.mount(element, {...})` shows a service's form, `SuperappForm.evaluate(...)` only judges.
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Definition } from "./engine/definition.js";
import { ServiceForm } from "./forms/ServiceForm.jsx";
import "./form.css";

const inTheCity = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Makassar" }).format(new Date());
const pageLanguage = () => (document.documentElement.lang.startsWith("en") ? "en" : "id");

// What the server would make of answers: `{answers, hidden, problems: [{pointer, code, detail: {id, en}}], computed, fee, documents}`.
function evaluate(definition, answers, { today = inTheCity() } = {}) {
  const { hiddenElements: _, hiddenSteps: __, ...found } = new Definition(definition).evaluate(answers, today);
  return found;
}

// Shows the form of `definition` ({form, requirements, fee} are read) in `element`. See README.md beside package.json.
function mount(element, options) {
  const root = createRoot(element);
  let shown = { language: pageLanguage(), today: inTheCity(), ...options }, turn = 0;
  const state = { evaluation: evaluate(shown.definition, shown.answers ?? {}, shown) };
  const draw = () =>
    root.render(createElement(ServiceForm, {
      ...shown,
      key: turn,
      onChange: ({ hiddenElements: _, hiddenSteps: __, ...found }) => {
        state.evaluation = found;
        shown.onChange?.(found);
      },
    }));
  draw();
  return {
    get evaluation() {
      return state.evaluation;
    },
    // Change anything; what is typed stays unless `answers` are given.
    update(changed) {
      shown = { ...shown, ...changed };
      if ("answers" in changed) turn += 1;
      draw();
    },
    unmount() {
      root.unmount();
    },
  };
}

window.SuperappForm = { mount, evaluate };

// A page that only shows a form says `<div data-form="ID">`, ID being that of the JSON with what `mount` takes.
for (const element of document.querySelectorAll("[data-form]"))
  element.form = mount(element, JSON.parse(document.getElementById(element.dataset.form).textContent));
