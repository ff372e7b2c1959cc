// What a wrong answer is told in, in both languages: the server's own sentences, with the field's name.
import language from "../../../../definitions/vectors/language.json" with { type: "json" };

const { sentences, formats, types } = language.words;
// In which order the server names several types.
const ORDER = ["null", "boolean", "integer", "number", "string", "array", "object"];
const LANGUAGES = ["id", "en"];

function sentence(code, limit, at) {
  if (code === "format") {
    const known = formats[limit]?.[at];
    return at ? `must be ${known ?? `in the format ${limit}`}` : `harus berupa ${known ?? `berformat ${limit}`}`;
  }
  if (code === "type") {
    const kinds = [limit].flat().sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other)).map((kind) => types[kind]?.[at] ?? kind);
    return at ? `must be ${kinds.join(" or ")}` : `harus berupa ${kinds.join(" atau ")}`;
  }
  return (sentences[code] ?? sentences.invalid)[at].replace("{}", String(limit));
}

// `{id, en}` for `code`; `limit` is the bound, format or type that was not met.
export const detailOf = (code, label, limit) =>
  Object.fromEntries(LANGUAGES.map((name, at) => [name, `${label[name] ?? label.id} ${sentence(code, limit, at)}.`]));
