// The articles dialog. `element`, `trigger` and `watch` come from Gradio, and so do the fields under the list.
const dialog = element.closest("#articles");
dialog.setAttribute("popover", "auto");
dialog.setAttribute("role", "dialog");

function opener() {
  return document.querySelector("#open-articles");
}

dialog.addEventListener("toggle", ({ newState }) => {
  if (newState === "open") dialog.querySelector("input, textarea")?.focus();
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("#open-articles")) return;
  dialog.setAttribute("aria-label", opener().dataset.title);
  dialog.showPopover();
  trigger("list", {});
});

element.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.matches(".close")) dialog.hidePopover();
  if (!button?.dataset.remove) return;
  if (button.classList.contains("sure")) return trigger("remove", { id: button.dataset.remove });
  button.classList.add("sure"); // asked once more
  button.textContent = button.dataset.sure;
  button.setAttribute("aria-label", button.dataset.sure);
});
