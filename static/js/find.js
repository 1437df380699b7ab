// Shows the "find" box of each long list of choices, and hides the choices that do not match what is
// typed, however it is spelled: with the letters that stand for one another in every search of the site
// (`pledges/letters.py`). Without JavaScript the box stays hidden and the whole list is there.

const { letters, zeros, spellings } = JSON.parse(document.getElementById("letters").textContent);
const equivalents = new Map();
for (const [letter, others] of Object.entries(letters)) {
  for (const other of others) equivalents.set(other, letter);
}
for (const zero of zeros) {
  for (let n = 0; n < 10; n += 1) equivalents.set(String.fromCodePoint(zero.codePointAt(0) + n), `${n}`);
}
const exchanged = (text) => Array.from(text, (character) => equivalents.get(character) ?? character).join("");

// step by step what `fold` does there, then `spelled` of `pledges/record/folding.py`
const fold = (text) => {
  const numbers = exchanged(text).replace(/(?<=[0-9])[\u00A0\u2007\u2009\u202F](?=[0-9]{3}(?![0-9]))/g, ",");
  const bare = exchanged(numbers.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, ""));
  const whole = bare.replace(/(?<![0-9.,])[0-9]{1,3}(?:[,.'][0-9]{3})+(?![0-9])/g, (number) => number.replace(/[,.']/g, ""));
  const small = whole.toLowerCase().replaceAll("ς", "σ");
  return Object.entries(spellings).reduce((found, [spelling, form]) => found.replaceAll(spelling, form), small);
};

for (const find of document.querySelectorAll(".find")) {
  const choices = find.closest("fieldset").querySelectorAll(".choice");
  find.hidden = false;
  const input = find.querySelector("input");
  input.addEventListener("input", () => {
    const typed = fold(input.value.trim());
    for (const choice of choices) {
      const label = choice.querySelector("bdi").textContent;
      choice.hidden = !fold(label).includes(typed) && !choice.querySelector("input").checked;
    }
  });
  // what is typed here asks for nothing
  input.addEventListener("change", (event) => event.stopPropagation());
  // Enter would send the form, half chosen
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
