// The form of templates/sign_in_fields.html, on whatever page it stands.

import { completeSignIn, signIn } from "./session.js";

/** Sign in when the form is submitted; then call `enter()`, or `fail(message)` if something did not work. */
export function listen(form, enter, fail) {
  const codes = secondStep(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.checkValidity()) return complain(form, codes.token ? "Enter a code." : "Enter your e-mail address and your password.");
    complain(form, "");
    await whileBusy(form, async () => {
      try {
        await (codes.token ? completeSignIn(codes.token, codes.entered()) : signIn(form.email.value, form.password.value));
        form.password.value = "";
        codes.end();
        await enter();
      } catch (problem) {
        if (problem.code === "mfa_code_required") return codes.begin(problem.token);
        if (problem.code === "mfa_token_invalid") codes.end();
        fail(problem.fields?.join(" ") || problem.message);
      }
    });
  });
}

/** Say in the form what is wrong, and put the cursor where it can be mended. */
export function ask(form, message = "") {
  complain(form, message);
  const code = [form.code, form.recovery_code].find((field) => !field.disabled);
  (code ?? (message && form.email.value ? form.password : form.email)).focus();
  code?.select();
}

/** The third field, for an account with a second factor: `token` belongs to the password that was right. */
function secondStep(form) {
  const step = form.querySelector("#second-step");
  const other = form.querySelector("#other-code");
  const fields = [form.code, form.recovery_code];
  const codes = { token: null, begin, end, entered };

  function begin(token) {
    codes.token = token;
    step.hidden = false;
    use(form.code);
  }

  function end() {
    codes.token = null;
    step.hidden = true;
    for (const field of fields) [field.value, field.disabled] = ["", true];
  }

  function entered() {
    const field = fields.find((each) => !each.disabled);
    return { [field.name]: field.value.trim() };
  }

  function use(chosen) {
    for (const field of fields) {
      field.disabled = field.hidden = field.labels[0].hidden = field !== chosen;
      field.value = "";
    }
    other.textContent = chosen === form.code ? "Use a recovery code" : "Use the authenticator app";
    chosen.focus();
  }

  other.addEventListener("click", () => use(form.code.disabled ? form.code : form.recovery_code));
  // The token belongs to what was typed there before.
  for (const field of [form.email, form.password]) field.addEventListener("input", end);
  form.closest("dialog")?.addEventListener("close", end);
  return codes;
}

function complain(form, message) {
  const place = form.querySelector("[role=alert]");
  place.hidden = !message;
  place.textContent = message;
}

async function whileBusy(form, work) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    await work();
  } finally {
    button.disabled = false;
  }
}
