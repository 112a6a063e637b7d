// Joins the conversation to the article: citations to their marks, marks back to the claims, a selection to what can be
// done with it. Runs once, when the pane is mounted; `element`, `trigger`, `watch` and `server` come from Gradio. What
// is re-rendered is found anew each time: nothing here holds on to it. passage.js and chat.js go before, in one scope.
const pane = element.closest("#source") || element;
const narrow = matchMedia("(max-width: 800px)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let wanted = ""; // the citation whose marks are on their way
let opener = null; // what brought the reader here

const root = () => element.querySelector(".pane");
const text = () => element.querySelector("article");
const box = () => document.querySelector("#question textarea");
const words = () => JSON.parse(root()?.dataset.strings || "{}");
const behavior = () => (still.matches ? "auto" : "smooth");
const parts = (id) => (id ? [...element.querySelectorAll("mark")].filter((mark) => mark.dataset.cite === id) : []);
const say = (line) => document.dispatchEvent(new CustomEvent("article-bot:say", { detail: line }));

// --- Citations and marks
function show(id, { focus }) {
  const [first] = parts(id);
  if (!first) return false;
  const turn = id.slice(0, id.lastIndexOf("-") + 1);
  for (const mark of element.querySelectorAll("mark")) {
    mark.classList.toggle("on", mark.dataset.cite === id);
    mark.classList.toggle("old", !mark.dataset.cite.startsWith(turn));
  }
  for (const tick of element.querySelectorAll(".strip a")) tick.classList.toggle("on", tick.hash === `#${id}`);
  if (focus) openDrawer();
  scrollTo(first);
  if (focus) {
    first.focus({ preventScroll: true });
    shutOthers();
  }
  return true;
}

function scrollTo(target) {
  const above = target.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  const room = Math.max(64, Math.min(pane.clientHeight / 4, (pane.clientHeight - target.offsetHeight) / 2));
  pane.scrollTo({ top: above - room, behavior: behavior() });
}

function follow(link) {
  if (!pane.contains(link)) opener = link;
  wanted = link.hash.slice(1);
  if (show(wanted, { focus: true })) wanted = "";
  else trigger("cite", { id: wanted });
}

function backTo(link) {
  closeDrawer();
  if (!link?.isConnected) return box()?.focus();
  const claim = link.closest("figure, .claim") || link;
  claim.scrollIntoView({ block: "nearest", behavior: behavior() });
  link.focus({ preventScroll: true });
  claim.classList.add("lit");
  setTimeout(() => claim.classList.remove("lit"), 1600);
}

// --- The drawer of a narrow screen
const isOpen = () => pane.hasAttribute("data-open");

function openDrawer() {
  if (!narrow.matches || isOpen()) return;
  pane.setAttribute("data-open", "");
  pane.setAttribute("role", "dialog");
  pane.setAttribute("aria-modal", "true");
}

// After the focus has moved: what is focused and made inert takes it away from where it went.
function shutOthers() {
  for (const other of document.querySelectorAll("#masthead, #talk")) other.inert = isOpen();
}

function closeDrawer() {
  pane.removeAttribute("data-open");
  pane.setAttribute("role", "region");
  pane.removeAttribute("aria-modal");
  shutOthers();
}

// --- What the reader does
pane.tabIndex = 0;
pane.setAttribute("role", "region");
pane.setAttribute("aria-label", words().article || "The article");

document.addEventListener("click", (event) => {
  if (!document.contains(element)) return;
  const at = (selector) => event.target.closest?.(selector);
  const link = at('a[href^="#cite-"]');
  if (link) {
    event.preventDefault();
    if (link.classList.contains("ref")) backTo(document.querySelector(`a.cite[href="${link.hash}"]`));
    else follow(link);
  } else if (at("button.ask")) ask(at("button.ask").textContent);
  else if (at(".copy-citation")) copy(at(".copy-citation").value);
  else if (at(".tools button")) {
    DO[at(".tools button").dataset.do]();
    dropSelection();
  } else if (at("#source .back")) backTo(opener);
  else if (at("#open-article")) {
    opener = at("#open-article");
    openDrawer();
    pane.focus({ preventScroll: true });
    shutOthers();
  } else if (isOpen() && !at("#source")) backTo(opener);
});

document.addEventListener("selectionchange", () => {
  if (!pointing) offerTools();
});
let pointing = false;
document.addEventListener("pointerdown", (event) => {
  pointing = true;
  if (event.target.closest?.(".tools")) event.preventDefault(); // or the selection is lost
});
for (const name of ["pointerup", "pointercancel"])
  document.addEventListener(name, () => {
    pointing = false;
    setTimeout(offerTools);
  });

pane.addEventListener("keydown", (event) => {
  const inTools = event.target.closest(".tools");
  if (event.key === "Escape") {
    if (passage) {
      dropSelection();
      pane.focus({ preventScroll: true });
    } else backTo(opener);
    event.preventDefault();
  } else if (["ArrowLeft", "ArrowRight"].includes(event.key) && !inTools && !event.altKey && !event.metaKey) {
    step(event.key === "ArrowRight" ? 1 : -1, event.shiftKey);
    event.preventDefault();
  } else if (event.key === "Enter" && passage && event.target === pane) {
    element.querySelector(".tools button").focus();
    event.preventDefault();
  }
});

narrow.addEventListener("change", closeDrawer);

watch("value", () => {
  pane.setAttribute("aria-label", words().article || "The article");
  const picker = document.querySelector("#picker select");
  if (picker && root()?.dataset.article) picker.value = root().dataset.article;
  if (show(wanted, { focus: true })) wanted = "";
  else if (!show(root()?.dataset.active, { focus: false })) pane.scrollTo({ top: 0 });
});
