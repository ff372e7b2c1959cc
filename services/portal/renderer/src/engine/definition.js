// A service's definition, as far as who fills it in meets it: the form, the fee, the documents.
import { Form } from "./form.js";
import { Logic, LogicError } from "./logic.js";

const MOST_RUPIAH = 10 ** 12;

function judged(rule, answers, today, otherwise) {
  try {
    return new Logic(rule).evaluate(answers, today);
  } catch (error) {
    if (error instanceof LogicError) return otherwise;
    throw error;
  }
}

export class Definition {
  constructor({ form, requirements = [], fee = null }) {
    this.form = new Form(form);
    this.requirements = requirements;
    this.fee = fee;
    this.inForm = new Set(this.form.plan.fields.map((each) => each.written["x-document"]));
  }

  // All that the shared vectors expect: answers, hidden, problems, computed, fee, documents.
  evaluate(answers, today = null) {
    const found = this.form.evaluate(answers, today);
    return { ...found, fee: this.feeFor(found.answers, today), documents: this.documentsFor(found.answers, today) };
  }

  // Whole rupiah; null where the rule gives none.
  feeFor(answers, today) {
    if (!this.fee) return null;
    const amount = "amount" in this.fee ? this.fee.amount : judged(this.fee.rule, answers, today, null);
    return Number.isInteger(amount) && amount >= 0 && amount <= MOST_RUPIAH ? amount : null;
  }

  // The ids of the documents that must be handed in beside the form.
  documentsFor(answers, today) {
    return this.requirements.filter((each) => !each.optional && !this.inForm.has(each.id) && this.#asks(each, answers, today))
      .map((each) => each.id);
  }

  #asks(each, answers, today) {
    if (!("when" in each)) return true;
    try {
      return new Logic(each.when).holds(answers, today);
    } catch (error) {
      if (error instanceof LogicError) return true;
      throw error;
    }
  }
}
