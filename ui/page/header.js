// The head of the page: which article, and what is said for a moment. `element`, `trigger` and `watch` come from Gradio.
let quiet = 0;

document.addEventListener("article-bot:say", ({ detail }) => {
  const line = element.querySelector("#said");
  if (!line) return;
  line.textContent = detail || "";
  clearTimeout(quiet);
  quiet = setTimeout(() => (line.textContent = ""), 5000);
});

element.addEventListener("change", ({ target }) => {
  if (target.matches("#picker select")) trigger("article", { id: target.value });
});

element.addEventListener("click", ({ target }) => {
  if (target.closest("#new")) return trigger("fresh", {});
  const button = target.closest("[data-export]");
  if (!button) return;
  button.closest("[popover]").hidePopover();
  trigger("save", { as: button.dataset.export });
});
