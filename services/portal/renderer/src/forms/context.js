// What every part of the form knows: language, words, regions, the verdict on the answers as they stand.
import { createContext, useContext } from "react";

export const FormContext = createContext(null);
export const useForm = () => useContext(FormContext);

// The id of a field's input, from its path (`anak.nama`) or pointer (`/anak/nama`).
export const idOf = (prefix, path) => `${prefix}-${path.replaceAll(/[./]/g, "-").replace(/^-/, "")}`;
export const pointerOfPath = (path) => (path ? `/${path.replaceAll(".", "/")}` : "");
