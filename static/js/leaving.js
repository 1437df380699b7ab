// Asks before a form is left that holds what is not saved.

const form = document.querySelector("#content-main > form[method=post]");

if (form) {
  const typed = () => new URLSearchParams(new FormData(form)).toString();
  let before;
  // once the other scripts of the page have set up its fields; what comes back with a message is not saved yet
  window.addEventListener("load", () => {
    before = form.querySelector(".conflict, .errornote") ? null : typed();
  });
  form.addEventListener("submit", () => {
    before = undefined;
  });
  window.addEventListener("beforeunload", (event) => {
    if (before !== undefined && before !== typed()) event.preventDefault();
  });
}
