(() => {
  const mark = () => document.querySelectorAll(".checker-report").forEach((report) => report.setAttribute("data-scripts", ""));
  if (window.checkerReport) return mark();
  window.checkerReport = true;
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", mark) : mark();

  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch (refused) {
      const chosen = getSelection(), range = document.createRange();
      range.selectNodeContents(code);
      chosen.removeAllRanges();
      chosen.addRange(range);
      if (!document.execCommand("copy")) throw refused;
      chosen.removeAllRanges();
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest(".checker-report button[data-copy]");
    if (!button) return;
    const word = button.querySelector("span");
    const before = word.textContent;
    if (before === button.dataset.done) return;
    try {
      await copy(button.closest(".typed").querySelector("code"));
    } catch (refused) {
      return;
    }
    word.textContent = button.dataset.done;
    setTimeout(() => { word.textContent = before; }, 2000);
  });

  let opened = [];
  addEventListener("beforeprint", () => {
    if (opened.length) return;
    opened = [...document.querySelectorAll(".checker-report details:not([open])")];
    opened.forEach((folded) => { folded.open = true; });
  });
  addEventListener("afterprint", () => {
    opened.forEach((folded) => { folded.open = false; });
    opened = [];
  });
})();
