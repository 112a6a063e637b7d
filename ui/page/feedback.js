// The form about an answer. `element`, `trigger` and `watch` come from Gradio.
let meant = []; // passages that should have been quoted

const form = () => element.querySelector("form");

function list() {
  const ul = form()?.querySelector(".meant");
  if (!ul) return;
  ul.replaceChildren(
    ...meant.map((passage, index) => {
      const item = document.createElement("li");
      const remove = document.createElement("button");
      item.textContent = passage.quote;
      Object.assign(remove, { type: "button", textContent: "×", title: ul.dataset.remove });
      remove.setAttribute("aria-label", ul.dataset.remove);
      remove.dataset.index = index;
      item.append(remove);
      return item;
    }),
  );
}

function close() {
  meant = [];
  trigger("opinion", { turn: null });
  document.querySelector("#question textarea")?.focus();
}

document.addEventListener("article-bot:meant", ({ detail }) => {
  if (!form()) return;
  meant.push(detail);
  list();
  form().querySelector("[type=submit]").focus();
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { turn, liked } = form().dataset;
  trigger("opinion", {
    turn: Number(turn),
    liked: liked === "true",
    reason: form().elements.reason.value,
    not_said: form().elements.not_said?.checked ?? false,
    passages: meant.map(({ start, end }) => [start, end]),
    article: meant[0]?.article ?? "",
  });
});

element.addEventListener("reset", close);
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
element.addEventListener("click", ({ target }) => {
  const remove = target.closest("[data-index]");
  if (!remove) return;
  meant.splice(Number(remove.dataset.index), 1);
  list();
});

let shown = "";
watch("value", () => {
  const now = form() ? form().dataset.turn + form().dataset.liked : "";
  if (now !== shown) meant = [];
  shown = now;
  list();
  form()?.elements.reason.focus();
});
