// Names the boxes that find a record by typing by their labels: Select2 names them by what is chosen alone.

{
  const named = (select) => {
    const box = select.nextElementSibling;
    const label = select.labels[0];
    if (!label || !box?.matches(".select2")) return;
    label.id ||= `${select.id}-label`;
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
      const chosen = box.querySelector(".select2-selection__rendered[title]");
      part.setAttribute("aria-labelledby", chosen ? `${label.id} ${chosen.id}` : label.id);
    }
  };
  // whenever Django or Select2 have made boxes, or something else was chosen
  const nameAll = () => document.querySelectorAll("select.select2-hidden-accessible").forEach(named);
  new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
}
