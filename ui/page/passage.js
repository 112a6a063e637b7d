// The selected passage, and what can be done with it. One scope with pane.js, where the rest is.
// Offsets are code points of the article's text, as everywhere outside the browser.
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
