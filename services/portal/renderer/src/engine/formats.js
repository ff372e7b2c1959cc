// Formats: those of the country and the city are patterns that the server gave; the standard ones are judged here.
import language from "../../../../definitions/vectors/language.json" with { type: "json" };

const patterns = Object.fromEntries(Object.entries(language.patterns).map(([name, each]) => [name, new RegExp(each, "u")]));
const leap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function isDate(text) {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  const days = [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

function isTime(text) {
  const found = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.][0-9]+)?(?:[zZ]|([+-])([0-9]{2}):([0-9]{2}))$/.exec(text);
  if (!found) return false;
  const [hour, minute, second] = found.slice(1, 4).map(Number), [apartHours, apart] = [found[5] ?? 0, found[6] ?? 0].map(Number);
  if (hour > 23 || minute > 59 || second > 60 || apartHours > 23 || apart > 59) return false;
  if (second < 60) return true;
  const minutes = hour * 60 + minute - (found[4] === "-" ? -1 : 1) * (apartHours * 60 + apart);
  return (minutes + 2880) % 1440 === 1439;
}

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const EMAIL = new RegExp(`^[A-Za-z0-9!#$%&'*+/=?^_\`{|}~\\u0080-\\u{10ffff}-]+(?:[.][A-Za-z0-9!#$%&'*+/=?^_\`{|}~\\u0080-\\u{10ffff}-]+)*@${LABEL}(?:[.]${LABEL})*$`, "u");

const STANDARD = {
  date: isDate,
  time: isTime,
  "date-time": (text) => /^.{10}[tT ]/u.test(text) && /[tT]/.test(text[10]) && isDate(text.slice(0, 10)) && isTime(text.slice(11)),
  email: (text) => EMAIL.test(text) && text.split("@")[0].length <= 64,
  uri: (text) => /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/.test(text),
  uuid: (text) => /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(text),
};

// Whether a text has a format; one that is not known asks nothing.
export function fits(name, text) {
  if (patterns[name]) return patterns[name].test(text);
  return Object.hasOwn(STANDARD, name) ? STANDARD[name](text) : true;
}
