// Comforts only: every page works without this script.
(() => {
  "use strict";
  // "/" goes to the search box, as in many libraries' catalogues; never while somebody types.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const box = document.querySelector("input[type=search]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });

  // The latest years of a wide table are what a reader looks for first.
  for (const box of document.querySelectorAll(".to-the-end")) box.scrollLeft = box.scrollWidth;

  // A citation is copied with one click where the browser allows it.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.classList.remove("waiting");
    const label = button.textContent;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // A linked chart is one stop on the way of the Tab key; the arrows walk its bars.
  for (const chart of document.querySelectorAll("svg.chart")) {
    const bars = [...chart.querySelectorAll("a")];
    if (!bars.length) continue;
    const start = bars.findIndex((bar) => bar.querySelector(".chosen"));
    bars[start < 0 ? bars.length - 1 : start].setAttribute("tabindex", "0");
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    chart.addEventListener("keydown", (event) => {
      const at = bars.indexOf(event.target.closest("a"));
      if (at < 0 || !(event.key in steps)) return;
      event.preventDefault();
      const next = bars[Math.max(0, Math.min(bars.length - 1, at + steps[event.key]))];
      bars[at].setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }
})();
