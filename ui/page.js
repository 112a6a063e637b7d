// Joins the links of the answers to the marks of the article. Runs once, when the article pane is mounted; `element`,
// `trigger` and `watch` come from Gradio. What both re-render is found anew each time: nothing here holds on to it.
const LINK = 'a[href^="#cite-"]';
const pane = element.closest("#source") || element;
let wanted = ""; // the citation of an older answer, while its marks are on their way
let opener = null; // the link that brought the reader here

const behavior = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
const parts = (id) => (id ? [...element.querySelectorAll("mark")].filter((mark) => mark.dataset.cite === id) : []);

function show(id, { focus }) {
  const [first] = parts(id);
  if (!first) return false;
  element.querySelectorAll("mark.on").forEach((mark) => mark.classList.remove("on"));
  parts(id).forEach((mark) => mark.classList.add("on"));
  const above = first.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  const room = Math.max(24, Math.min(pane.clientHeight / 4, (pane.clientHeight - first.offsetHeight) / 2));
  pane.scrollTo({ top: above - room, behavior: behavior() });
  if (focus) {
    first.focus({ preventScroll: true });
    const { top, bottom } = pane.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight + 1) pane.scrollIntoView({ block: "start", behavior: behavior() });
  }
  return true;
}

function back() {
  if (!opener?.isConnected) return;
  opener.scrollIntoView({ block: "nearest", behavior: behavior() });
  opener.focus({ preventScroll: true });
}

pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", "The article");

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(LINK);
  if (link && document.contains(element)) {
    event.preventDefault();
    opener = link;
    wanted = link.getAttribute("href").slice(1);
    if (show(wanted, { focus: true })) wanted = "";
    else trigger("cite", { id: wanted });
  } else if (event.target.closest?.("#source .back button")) {
    back();
  }
});

pane.addEventListener("keydown", (event) => {
  if (event.key === "Escape") back();
});

watch("value", () => {
  if (show(wanted, { focus: true })) wanted = "";
  else if (!show(element.querySelector(".pane")?.dataset.active, { focus: false })) pane.scrollTo({ top: 0 });
});
