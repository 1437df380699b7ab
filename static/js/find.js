// Shows the "find" box of each long list of choices, and hides the choices that do not match what is
// typed. Without JavaScript the box stays hidden and the whole list is there.

const plain = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[أإآ]/g, "ا")
    .toLowerCase();

for (const find of document.querySelectorAll(".find")) {
  const choices = find.closest("fieldset").querySelectorAll(".choice");
  find.hidden = false;
  const input = find.querySelector("input");
  input.addEventListener("input", () => {
    const typed = plain(input.value.trim());
    for (const choice of choices) {
      const label = choice.querySelector("bdi").textContent;
      choice.hidden = !plain(label).includes(typed) && !choice.querySelector("input").checked;
    }
  });
  // what is typed here asks for nothing
  input.addEventListener("change", (event) => event.stopPropagation());
  // Enter would send the form, half chosen
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
