// The picture of a page as PNG: the reader's own browser draws it from the SVG, in light and twice as fine.

const FINER = 2;

const drawn = async (text) => {
  // what a dark screen would make of it
  const light = text.replace(/<style media=.*?<\/style>/s, "");
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(light)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth * FINER, image.naturalHeight * FINER];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("The picture is too large for this browser."))), "image/png");
  });
};

const save = (blob, name) => {
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-picture]");
  if (!button) return;
  const { picture, name } = button.dataset;
  button.disabled = true;
  try {
    const answer = await fetch(picture);
    if (!answer.ok) throw new Error(answer.statusText);
    save(await drawn(await answer.text()), name);
  } catch {
    // what says why, or the picture itself
    window.location.assign(picture);
  } finally {
    button.disabled = false;
  }
});
