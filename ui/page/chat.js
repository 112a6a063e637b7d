// The messages of the conversation: asked, copied, edited, named and scrolled. One scope with pane.js.
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
  if (!target.matches?.("#chatbot textarea") || !/&#\d{1,3};/.test(target.value)) return;
  target.value = target.value.replace(/&#(\d{1,3});/g, (_, code) => String.fromCodePoint(code));
  target.dispatchEvent(new Event("input", { bubbles: true }));
});

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
