// The form of templates/sign_in_fields.html, on whatever page it stands.

import { signIn } from "./session.js";

/** Sign in when the form is submitted; then call `enter()`, or `fail(message)` if one of the two did not work. */
export function listen(form, enter, fail) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.checkValidity()) return complain(form, "Enter your e-mail address and your password.");
    complain(form, "");
    await whileBusy(form, async () => {
      try {
        await signIn(form.email.value, form.password.value);
        form.password.value = "";
        await enter();
      } catch (problem) {
        fail(problem.message);
      }
    });
  });
}

/** Say in the form what is wrong, and put the cursor where it can be mended. */
export function ask(form, message = "") {
  complain(form, message);
  (message && form.email.value ? form.password : form.email).focus();
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
