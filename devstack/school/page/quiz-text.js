// The texts of quizzes: short ones of the authors' Markdown.
export { textOf } from "./markdown.js";

export const count = (number, word) => `${number} ${number === 1 ? word : `${word}s`}`;
