() => {
  try {
    return [sessionStorage.getItem("article-bot") ?? ""];
  } catch {
    return [""];
  }
}
