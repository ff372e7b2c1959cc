// What JSON Forms imports as `ajv-formats`: the engine knows its formats already.
export default () => undefined;
