// Filtering without a new page: htmx fetches the page that the link or the form leads to and swaps in its
// results. What is here keeps the rest in step: the counts and boxes of the form, the focus, the address.

// Nothing is stored with readers. htmx would note there the address of each page, a note that only its cache of pages
// needs (it is off) and that no setting prevents; so it finds no storage, and is loaded after this.
Object.defineProperty(window, "sessionStorage", { value: null });

const form = document.getElementById("filters");
const key = (input) => `${input.name}=${input.value}`;
// what was changed since the form was last sent: an answer that was on its way then knows nothing of it
const unsent = new Set();
form?.addEventListener("input", ({ target }) => unsent.add(target));

// The form keeps its place: only counts, ticks and values are brought up to date.
const update = (fresh) => {
  const choices = new Map();
  for (const input of fresh.querySelectorAll(".choice input")) choices.set(key(input), input);
  for (const input of form.querySelectorAll(".choice input")) {
    const other = choices.get(key(input));
    if (!other) continue;
    const [label, newer] = [input.closest(".choice"), other.closest(".choice")];
    if (!unsent.has(input)) input.checked = other.checked;
    label.className = newer.className;
    label.querySelector("span")?.remove();
    label.append(...newer.querySelectorAll("span"));
  }
  const boxes = fresh.querySelectorAll(".box > summary");
  form.querySelectorAll(".box > summary").forEach((summary, n) => summary.replaceChildren(...boxes[n].childNodes));
  for (const field of form.querySelectorAll(".field input, .field select")) {
    if (field !== document.activeElement && !unsent.has(field)) field.value = fresh.querySelector(`#${field.id}`).value;
  }
  for (const input of form.querySelectorAll(".leave-out input")) {
    if (!unsent.has(input)) input.checked = fresh.querySelector(`[name=without][value=${input.value}]`).checked;
  }
  form.querySelector("#kept").replaceWith(fresh.querySelector("#kept"));
};

document.addEventListener("htmx:configRequest", (event) => {
  const { formData, path } = event.detail;
  if (event.target === form) unsent.clear();
  // an empty field is no condition, and has no place in the address
  for (const name of new Set(formData.keys())) {
    if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
  }
  // the address names what is left out as all others do
  for (const name of formData.getAll("without")) {
    for (const value of formData.getAll(name)) formData.append(`not_${name}`, value);
    formData.delete(name);
  }
  formData.delete("without");
  // what is shown already needs no second entry in the history: leaving a field after typing, say
  const query = new URLSearchParams(formData).toString();
  const asked = new URL(query && event.target === form ? `${path}?${query}` : path, window.location.href);
  if (asked.href === window.location.href.split("#")[0]) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const fresh = new DOMParser().parseFromString(detail.serverResponse, "text/html").getElementById("filters");
  if (detail.shouldSwap && fresh) update(fresh);
});

// Rows that were ticked or unticked, on whatever page of whatever filter. They stand behind the # of the address, so
// that going back, a reload and the other language find them again; the server is not told, and nothing is stored.
const ticks = new Map();
const MARKS = { ticked: true, unticked: false };

const readTicks = () => {
  const marks = new URLSearchParams(window.location.hash.slice(1));
  for (const [name, ticked] of Object.entries(MARKS)) {
    for (const slug of marks.get(name)?.match(/[\w-]+/g) ?? []) ticks.set(slug, ticked);
  }
};

const writeTicks = () => {
  const { pathname, search, hash } = window.location;
  const asked = new URLSearchParams(search).getAll("id");
  // what the address asks for is ticked anyway
  const told = [...ticks].filter(([slug, ticked]) => ticked !== asked.includes(slug));
  const marks = Object.entries(MARKS).map(([name, mark]) => [name, told.filter(([, ticked]) => ticked === mark).map(([slug]) => slug)]);
  const fresh = marks.filter(([, slugs]) => slugs.length).map(([name, slugs]) => `${name}=${slugs}`).join("&");
  if (fresh || hash.includes("ticked=")) {
    window.history.replaceState(window.history.state, "", pathname + search + (fresh && `#${fresh}`));
  }
  document.getElementById("language").hash = fresh;
};

const keepTicks = () => {
  writeTicks();
  const basket = document.getElementById("basket");
  if (!basket) return;
  const inputs = [...basket.elements].filter((input) => input.name === "id");
  const known = new Map(inputs.map((input) => [input.value, input]));
  for (const [slug, ticked] of ticks) {
    const input = known.get(slug);
    if (input?.type === "checkbox") input.checked = ticked;
    else if (input && !ticked) input.remove();
    else if (!input && ticked) basket.append(Object.assign(document.createElement("input"), { type: "hidden", name: "id", value: slug }));
  }
  const count = new FormData(basket).getAll("id").length;
  basket.querySelector(".basket-count span").textContent = count;
  basket.querySelector(".basket-count").hidden = count === 0;
  // what the browser itself would restore is of another page of the list
  basket.autocomplete = "off";
};

document.addEventListener("change", ({ target }) => {
  if (!target.matches('[name="id"][form="basket"]')) return;
  ticks.set(target.value, target.checked);
  keepTicks();
});
// the way past the masthead changes what is behind the #
window.addEventListener("hashchange", keepTicks);
readTicks();
keepTicks();

document.addEventListener("htmx:afterSettle", () => {
  keepTicks();
  // the link that was followed may be gone: a removed condition, the last page
  if (document.activeElement === document.body) document.getElementById("results").focus({ preventScroll: true });
});

// What cannot be swapped in is shown as the page it is.
const open = ({ detail }) => window.location.assign(detail.pathInfo.finalRequestPath);
document.addEventListener("htmx:responseError", open);
document.addEventListener("htmx:sendError", open);

// A menu that lies over the page closes when something beside it is wanted; without JavaScript by its button.
const MENU = ":is(.menu, .sort-menu, .column-form)[open]";
const closeMenus = (wanted) => {
  for (const menu of document.querySelectorAll(MENU)) menu.open = (menu.closest(".downloads") ?? menu).contains(wanted);
};
document.addEventListener("click", ({ target }) => closeMenus(target));
document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape") return;
  target.closest(MENU)?.querySelector("summary").focus();
  closeMenus(null);
});
