// Joins the conversation to the article: citations to their marks, marks back to the claims, a selection to what can be
// done with it. Runs once, when the pane is mounted; `element`, `trigger`, `watch` and `server` come from Gradio. What
// is re-rendered is found anew each time: nothing here holds on to it.
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

// --- The selected passage. Offsets are code points of the article's text, as everywhere outside the browser.
const length = (string) => [...string].length;
let passage = null;

function offsetOf(node, at) {
  const range = document.createRange();
  range.selectNodeContents(text());
  range.setEnd(node, at);
  return length(range.toString());
}

function selected() {
  const selection = getSelection();
  if (!text() || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!text().contains(range.startContainer) || !text().contains(range.endContainer)) return null;
  const raw = range.toString();
  const start = offsetOf(range.startContainer, range.startOffset) + length(raw) - length(raw.trimStart());
  const quote = raw.trim();
  return quote ? { start, end: start + length(quote), quote, article: root().dataset.article } : null;
}

function rangeOf(start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(text(), NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const points = [...node.data];
    const place = (offset) => points.slice(0, offset - at).join("").length;
    if (start >= at && start < at + points.length) range.setStart(node, place(start));
    if (end > at && end <= at + points.length) {
      range.setEnd(node, place(end));
      return range;
    }
    at += points.length;
  }
  return null;
}

function offerTools() {
  const tools = element.querySelector(".tools");
  if (!tools) return;
  passage = selected();
  tools.hidden = !passage;
  if (!passage) return;
  const spot = getSelection().getRangeAt(0).getBoundingClientRect();
  const frame = root().getBoundingClientRect();
  const left = Math.min(Math.max(8, spot.left - frame.left), frame.width - tools.offsetWidth - 8);
  tools.style.top = `${spot.bottom - frame.top + 8}px`;
  tools.style.left = `${Math.max(8, left)}px`;
}

function dropSelection() {
  getSelection().removeAllRanges();
  offerTools();
}

function step(direction, extend) {
  const sentences = JSON.parse(root()?.dataset.sentences || "[]");
  if (!sentences.length) return;
  const { top } = pane.getBoundingClientRect();
  const inView = ([start, end]) => rangeOf(start, end)?.getBoundingClientRect().top >= top + 40;
  const first = passage ? sentences.findIndex(([, end]) => end > passage.start) : sentences.findIndex(inView);
  const last = passage ? sentences.findLastIndex(([start]) => start < passage.end) : first;
  const limit = (index) => Math.min(Math.max(index, 0), sentences.length - 1);
  const to = passage ? limit((extend ? last : direction > 0 ? last : first) + direction) : limit(first);
  const from = extend && passage ? Math.min(first, to) : to;
  const range = rangeOf(sentences[from][0], sentences[to][1]);
  if (!range) return;
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const spot = range.getBoundingClientRect();
  const view = pane.getBoundingClientRect();
  if (spot.top < view.top + 56 || spot.bottom > view.bottom - 56)
    pane.scrollTo({ top: pane.scrollTop + spot.top - view.top - pane.clientHeight / 4, behavior: "auto" });
  offerTools();
}

const shortened = (quote) => (quote.length > 400 ? `${quote.slice(0, 400).replace(/\s+\S*$/, "")} …` : quote);
const filled = (name) => (words()[name] || "{passage}").replace("{passage}", () => shortened(passage.quote));

const DO = {
  ask() {
    closeDrawer();
    const field = box();
    field.value = filled("about");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  },
  who() {
    closeDrawer();
    ask(filled("who"));
  },
  copy: () => copy(`${passage.start}:${passage.end}:${passage.article}`),
  meant() {
    closeDrawer();
    document.dispatchEvent(new CustomEvent("article-bot:meant", { detail: passage }));
  },
};

// --- Asking and copying
function ask(question) {
  if (document.querySelector("#question .stop-button")) return; // one question at a time
  trigger("ask", { text: question });
  if (!narrow.matches) box()?.focus({ preventScroll: true });
}

async function put(string) {
  try {
    await navigator.clipboard.writeText(string);
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: string, className: "out-of-sight" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy"); // the only way where the page is not served securely
    field.remove();
    if (!done) return say(words().notCopied);
  }
  say(words().copied);
}

async function copy(...places) {
  const found = await Promise.all(places.map((place) => server.citation(place)));
  await put(found.filter(Boolean).join("\n\n"));
}

function copyMessage(message) {
  const places = [...message.querySelectorAll(".copy-citation")].map((button) => button.value);
  const claims = [...message.querySelectorAll(".claim")].map((claim) => claim.innerText);
  if (places.length && !claims.length) copy(...places);
  else put(message.innerText.trim());
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

// Gradio would copy the message as HTML: this copies what a reader can use.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("#chatbot .message-buttons button");
    if (!button?.matches(':is([aria-label*="opy"], [title*="opy"])')) return;
    const row = button.closest(".message-row, .bot-row") || button.closest(".message-wrap");
    const messages = [...document.querySelectorAll('#chatbot [data-testid="bot"]')];
    const message = row?.querySelector('[data-testid="bot"]') || messages.at(-1);
    if (!message) return;
    event.stopPropagation();
    event.preventDefault();
    copyMessage(message);
  },
  true,
);

// A question is shown by way of Markdown: whoever edits it gets back what they wrote.
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches?.("#chatbot textarea") || !/&#\d+;/.test(target.value)) return;
  target.value = target.value.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
  target.dispatchEvent(new Event("input", { bubbles: true }));
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

// Gradio names each message by its source, which a screen reader would read out as HTML.
function nameMessages() {
  const { question = "", answer = "", edit = "" } = words();
  document.querySelectorAll("#chatbot textarea:not([aria-label])").forEach((box) => box.setAttribute("aria-label", edit));
  for (const [kind, name] of Object.entries({ user: question, bot: answer }))
    document.querySelectorAll(`#chatbot [data-testid="${kind}"]`).forEach((message, index) => {
      const label = name.replace("{number}", index + 1);
      if (message.getAttribute("aria-label") === label) return;
      message.setAttribute("role", "article");
      message.setAttribute("aria-label", label);
    });
}
// A new question goes to the top of the conversation, so that its answer is read from its beginning; until the reader
// moves it elsewhere.
let questions = 0;
let pinned = null;

function pinQuestion() {
  const rows = document.querySelectorAll("#chatbot .user-row");
  if (rows.length > questions) pinned = rows[rows.length - 1];
  questions = rows.length;
  const view = pinned?.closest('[role="log"]');
  if (view) view.scrollTop += pinned.getBoundingClientRect().top - view.getBoundingClientRect().top - 8;
}

for (const name of ["wheel", "touchmove", "pointerdown", "keydown"])
  document.addEventListener(name, ({ target }) => (pinned = target.closest?.("#chatbot") ? null : pinned), { passive: true });

let naming = 0;
new MutationObserver(() => {
  cancelAnimationFrame(naming);
  naming = requestAnimationFrame(() => {
    nameMessages();
    pinQuestion();
  });
}).observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-label"] });

watch("value", () => {
  pane.setAttribute("aria-label", words().article || "The article");
  const picker = document.querySelector("#picker select");
  if (picker && root()?.dataset.article) picker.value = root().dataset.article;
  if (show(wanted, { focus: true })) wanted = "";
  else if (!show(root()?.dataset.active, { focus: false })) pane.scrollTo({ top: 0 });
});
