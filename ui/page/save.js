(file) => {
  if (!file) {
    document.dispatchEvent(new CustomEvent("article-bot:say", { detail: NOTHING }));
    return;
  }
  const { name, type, text } = JSON.parse(file);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
