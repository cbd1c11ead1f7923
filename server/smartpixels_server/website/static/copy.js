// Buttons that copy a value; without this module the value can be selected by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!(button instanceof HTMLElement) || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
    const label = button.querySelector("span");
    if (label) label.textContent = button.dataset["copied"] ?? "";
  });
}
