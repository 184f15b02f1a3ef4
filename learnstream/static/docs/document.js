// The OpenAPI document as the page needs it: nothing optional is filled in, required parameters come first, and the
// page's own form replaces the OAuth2 dialog.

const METHODS = ["get", "put", "post", "patch", "delete"];
const PASSWORD = "password"; // the security scheme
const KEY = "Idempotency-Key";

/** Return the document changed into what the page shows. */
export function prepare(document) {
  for (const { path, operation } of operations(document)) {
    operation.summary = operation.summary.replaceAll("`", "").replace(/\.$/, "");
    operation.parameters = parameters(document, path, operation).map(unfilled).sort(byRequired);
    operation.security = operation.security.filter((scheme) => !(PASSWORD in scheme));
    const { content } = resolve(document, operation.requestBody ?? {});
    for (const media of Object.values(content ?? {})) shorten(document, media);
  }
  for (const item of Object.values(document.paths)) delete item.parameters;
  delete document.components.securitySchemes[PASSWORD];
  return document;
}

/** Return a function that finds the operation of a request: {needsToken, usesToken, takesKey}, or {} for any other request. */
export function directory(document) {
  const known = operations(document).map(({ path, method, operation }) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(/[.]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+")}$`),
    usesToken: operation.security.length > 0,
    needsToken: operation.security.length > 0 && operation.security.every((scheme) => Object.keys(scheme).length),
    takesKey: parameters(document, path, operation).some(({ name }) => name === KEY),
  }));
  return ({ method, url }) => {
    const { origin, pathname } = new URL(url);
    const found = known.find((each) => each.method === method && each.pattern.test(pathname));
    return origin === location.origin && found ? found : {};
  };
}

export const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** Return the page's address of an operation, given any address that ends in its id; null if there is none. */
export function address(document, hash) {
  const wanted = hash.split(/[#/]/).at(-1);
  const found = operations(document).find(({ operation }) => operation.operationId === wanted);
  return found ? `#tag/${slug(found.operation.tags[0])}/${wanted}` : null;
}

function operations({ paths }) {
  const found = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method] })),
  );
  // A fixed path before one with a variable in the same place.
  return found.sort((one, other) => one.path.split("{").length - other.path.split("{").length);
}

const resolve = (document, part) =>
  part?.$ref ? part.$ref.slice(2).split("/").reduce((place, name) => place[name], document) : part;

const parameters = (document, path, operation) =>
  [...(document.paths[path].parameters ?? []), ...(operation.parameters ?? [])].map((each) => resolve(document, each));

const byRequired = (one, other) => Boolean(other.required) - Boolean(one.required);

/**
 * Return a parameter whose field in the form stays empty. What would fill it, or be complained about while it is empty,
 * becomes part of its description.
 */
function unfilled({ example, examples, ...parameter }) {
  if (parameter.required) return { ...parameter, example };
  const { default: usual, example: other, minimum, format, ...schema } = parameter.schema;
  const notes = [note("Default", usual), note("Minimum", minimum), note("Format", format), note("Example", example ?? other)];
  return { ...parameter, schema, description: [parameter.description, notes.filter(Boolean).join(" · ")].join("\n\n") };
}

const note = (name, value) => value !== undefined && `${name}: \`${typeof value === "string" ? value : JSON.stringify(value)}\``;

/** Offer a body of the required fields first; the whole example stays at hand. */
function shorten(document, media) {
  const schema = resolve(document, media.schema);
  const whole = media.example ?? resolve(document, Object.values(media.examples ?? {})[0])?.value;
  if (!schema.properties || !whole) return;
  const required = Object.entries(whole).filter(([name]) => schema.required?.includes(name));
  if (required.length === Object.keys(whole).length) return;
  delete media.example;
  media.examples = { "Required fields": { value: Object.fromEntries(required) }, "All fields": { value: whole }, ...media.examples };
}
