(messages, article) => {
  // Kept in this tab only, so that a reload restores the conversation.
  const text = (content) => (Array.isArray(content) ? content.map((part) => part.text ?? "").join("\n") : content ?? "");
  const kept = (messages ?? []).map(({ role, content, metadata }) => ({
    role,
    text: role === "user" ? text(content) : "",
    record: metadata?.log ?? "",
  }));
  try {
    if (kept.length) sessionStorage.setItem("article-bot", JSON.stringify({ article, messages: kept }));
    else sessionStorage.removeItem("article-bot");
  } catch {
    // full, or switched off by the reader: then nothing is kept
  }
}
