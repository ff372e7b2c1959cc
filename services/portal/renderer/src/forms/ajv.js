// What JSON Forms imports as `ajv`. The real one writes functions as text, which a strict page forbids; here schemas are
// walked, and the answers as a whole are judged by the engine.
import { isValid } from "../engine/schema.js";

export default class Ajv {
  // `judge` returns what is wrong with answers: `[{pointer, code, text}]`.
  constructor({ judge = () => [] } = {}) {
    this.judge = judge;
  }

  addFormat() {
    return this;
  }

  validate(schema, value) {
    return value !== undefined && isValid(schema, value);
  }

  // A validator as JSON Forms calls it: true, or false with `errors`.
  compile() {
    const validate = (answers) => {
      validate.errors = this.judge(answers).map(({ pointer, code, text }) => ({
        instancePath: pointer, keyword: code, message: text, params: {}, schemaPath: "",
      }));
      return validate.errors.length === 0;
    };
    return validate;
  }
}
