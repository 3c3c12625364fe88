/* The first page, where scripts may run: a search, and lists of packages judged by judge.js. Nothing is sent anywhere. */
"use strict";
(() => {
  const SLICE = 8;  // milliseconds of work between two looks at what the reader does
  const SIGNS = { works: "✓", edge: "≈", wrong: "≠", refused: "⊘", conversion: "✗", environment: "–" };
  const WORDS = {
    works: "works", edge: "differs at thresholds", wrong: "wrong answers", refused: "refused", conversion: "not converted",
    environment: "not imported",
  };
  const NAMES = 6;

  const el = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
      if (name in made && name !== "list") made[name] = value; else made.setAttribute(name, value);
    made.append(...children.flat(2).filter((child) => child !== null));
    return made;
  };
  const sign = (kind, text) => el("span", { className: kind }, el("b", { ariaHidden: "true" }, SIGNS[kind]), ` ${text || WORDS[kind]}`);
  const count = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
  /** Lets the browser paint and listen. */
  const breathe = () => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); });

  // --- the tables --------------------------------------------------------------------------------------------------

  const script = (source) => new Promise((resolve, reject) => {
    document.head.append(el("script", { src: source, onload: resolve, onerror: () => reject(new Error(`${source} cannot be read`)) }));
  });
  async function unpacked() {
    await script("assets/tables.js");
    const letters = atob(globalThis.checkerTables), bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    delete globalThis.checkerTables;
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const text = await new Response(stream).text();
    await breathe();
    const data = JSON.parse(text);
    await breathe();
    return new checkerJudge.Matrix(data);
  }
  let waiting = null;
  /** The measurements, read when they are first asked for. */
  const tables = () => (waiting ??= unpacked());
  globalThis.checkerPage = { tables, el, sign, breathe, SIGNS, WORDS };

  // --- search ------------------------------------------------------------------------------------------------------

  const table = document.querySelector("table.estimators");
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, name: row.cells[0].querySelector("a").textContent, text: row.cells[0].textContent.toLowerCase() }));
  const found = el("p", { className: "found", role: "status" });
  const search = el("input", { type: "search", id: "search", placeholder: "OneHotEncoder, svm, ...", autocomplete: "off", spellcheck: false });

  function look() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    document.dispatchEvent(new CustomEvent("checker-search", { detail: words.length ? new Set(rows.filter(({ row }) => !row.hidden).map(({ name }) => name)) : null }));
    found.textContent = words.length ? (shown ? `${count(shown, "estimator")} of ${rows.length}` : "No estimator is called so.") : "";
  }
  const field = el("div", { className: "search" }, el("label", { htmlFor: "search" }, "Search an estimator"), search, found);
  table.closest(".scroll").before(field);
  search.addEventListener("input", look);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape" && document.activeElement === search) { search.value = ""; look(); }
  });

  // --- a list of packages ------------------------------------------------------------------------------------------

  const ask = document.getElementById("ask");
  const text = el("textarea", { id: "list", rows: 5, spellcheck: false, autocomplete: "off", placeholder: "scikit-learn==1.5.2\nskl2onnx==1.16.0\nonnx==1.16.2\nonnxruntime==1.19.2" });
  const file = el("input", { type: "file", id: "file", accept: ".txt,.in,.toml,.lock,.yml,.yaml,.json" });
  const python = el("select", { id: "python" }, el("option", { value: "" }, "as the list says"));
  const clear = el("button", { type: "button" }, "Clear");
  const answer = el("div", { className: "answer", role: "status", ariaBusy: "false" });
  const form = el("div", { className: "list" },
    el("label", { htmlFor: "list" }, "Your packages: paste what ", el("code", {}, "pip freeze"), " prints, or drop a requirements or lock file"),
    text,
    el("div", { className: "beside" },
      el("label", { htmlFor: "file", className: "button" }, "Open a file"), file,
      el("label", { className: "python" }, "Python ", python), clear),
    el("p", {}, el("small", {}, "It is judged in this browser, and sent nowhere.")));
  ask.replaceChildren(el("h2", {}, "With your packages"), el("div", { className: "columns" }, form, answer));

  let asked = 0;
  async function judge() {
    const mine = ++asked;
    if (!text.value.trim()) { answer.replaceChildren(); yours(null); return; }
    answer.ariaBusy = "true";
    try {
      const matrix = await tables();
      if (mine !== asked) return;
      for (const release of python.options.length > 1 ? [] : matrix.data.releases.python || []) python.append(el("option", { value: release }, release));
      await told(matrix, mine);
    } catch (error) {
      answer.replaceChildren(el("p", {}, `The measurements cannot be read here: ${error.message}.`));
    }
    if (mine === asked) answer.ariaBusy = "false";
  }

  async function told(matrix, mine) {
    const names = [...new Set([...matrix.data.axes, "onnxruntime", ...matrix.data.flows.flatMap((flow) => flow.axes)])];
    const { pins, left, size } = checkerLists.read(text.value, names);
    if (python.value) pins.python = python.value;
    if (!names.some((name) => name in pins && name !== "python")) {
      const why = size ? "None of these packages was measured with one release each." : "No package can be read in it.";
      answer.replaceChildren(el("p", {}, `${why} Write a line each, such as scikit-learn==1.5.2.`));
      yours(null);
      return;
    }
    const head = [el("p", { className: "pins" }, ...pinned(matrix, pins, left))];
    const state = el("p", {}, "Judging ...");
    answer.replaceChildren(...head, state);
    const question = matrix.ask(pins), verdicts = [], models = matrix.data.models.filter((model) => isKnown(model, pins["scikit-learn"]));
    let since = performance.now();
    for (const model of models) {
      verdicts.push({ model, verdict: question.verdict(model) });
      if (performance.now() - since < SLICE) continue;
      await breathe();
      if (mine !== asked) return;
      since = performance.now();
    }
    answer.replaceChildren(...head, ...summary(matrix, verdicts, pins).filter(Boolean));
    await breathe();
    if (mine === asked) yours(matrix, verdicts);
  }

  /** Whether a release of scikit-learn knows what a model needs. */
  function isKnown(model, release) {
    const version = release && checkerJudge.parse(release);
    if (!version) return true;
    const beyond = (bound) => bound && checkerJudge.compare(version, checkerJudge.parse(bound));
    return !(model.since && beyond(model.since) < 0) && !(model.until && beyond(model.until) >= 0);
  }

  function pinned(matrix, pins, left) {
    const parts = Object.entries(pins).map(([name, version]) => `${name === "python" ? "Python" : name} ${version}`);
    const open = [...new Set([...left, ...matrix.data.axes.filter((name) => !(name in pins))])];
    const more = open.length ? ` Left open: ${open.join(", ")}; the more is told, the more is known.` : "";
    const without = "onnxruntime" in pins ? "" : " Without onnxruntime, models are judged up to their conversion.";
    return [`${parts.join(", ")}.`, more, without];
  }

  function summary(matrix, verdicts, pins) {
    const good = verdicts.filter(({ verdict }) => verdict.works), bad = verdicts.filter(({ verdict }) => verdict.works === false);
    const open = verdicts.filter(({ verdict }) => verdict.works === null);
    const known = (list) => {
      const measured = list.filter(({ verdict }) => verdict.basis === "measured").length;
      if (!list.length) return "";
      if (!measured) return " (inferred from measured neighbours)";
      return measured === list.length ? " (measured)" : ` (${measured} measured, the others inferred from measured neighbours)`;
    };
    const kind = ({ verdict }) => matrix.data.signatures[verdict.number].kind;
    const wrong = bad.filter((one) => kind(one) === "wrong"), never = bad.filter((one) => kind(one) !== "wrong" && !one.model.works);
    const here = bad.filter((one) => !wrong.includes(one) && !never.includes(one));
    const causes = grouped(bad, ({ verdict }) => { const s = matrix.data.signatures[verdict.number]; return `${s.stage} ${s.type} ${s.where}`; });
    const reasons = grouped(open, ({ verdict }) => verdict.why + (verdict.likely ? matrix.data.signatures[verdict.likely].stage : ""));
    return [
      el("ul", { className: "totals" },
        el("li", {}, sign("works", `${count(good.length, "model")} work${known(good)}`)),
        el("li", {}, silent(matrix, wrong, known(wrong))),
        el("li", {}, sign("conversion", `${count(here.length, "model")} fail here, and work elsewhere${known(here)}`)),
        el("li", {}, sign("environment", `${count(never.length, "model")} fail as they do everywhere`)),
        el("li", {}, el("b", { ariaHidden: "true" }, "?"), ` ${count(open.length, "model")} unknown`)),
      folded(count(causes.length, "cause"), "of the failures", causes.map((list) => cause(matrix, list))),
      folded(count(reasons.length, "reason"), "why the others are unknown", reasons.map((list) => reason(matrix, list))),
      el("p", {}, el("small", {}, `Measurements of ${matrix.data.date}. The same on a command line: `), el("code", {}, command(pins))),
    ];
  }

  function silent(matrix, list, known) {
    const head = sign("wrong", `${count(list.length, "model")} give wrong answers${known}`);
    return list.length ? el("details", {}, el("summary", {}, head), el("p", {}, links(matrix, list))) : head;
  }

  const folded = (number, what, list) => list.length ? el("details", { className: "folded" }, el("summary", {}, `${number} ${what}`), ...list) : null;

  const command = (pins) => `checker matrix show ${Object.entries(pins).map(([name, version]) => `"${name}==${version}"`).join(" ")}`;

  function grouped(list, key) {
    const groups = new Map();
    for (const one of list) {
      const name = key(one);
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(one);
    }
    return [...groups.values()].sort((a, b) => b.length - a.length);
  }

  function cause(matrix, list) {
    const signature = matrix.data.signatures[list[0].verdict.number];
    const place = signature.where ? ` in ${signature.where}` : "";
    return el("details", { className: "failure" },
      el("summary", {}, sign(signature.kind, `${signature.stage}: ${signature.type}`), place, el("small", {}, ` ${count(list.length, "model")}: ${few(list)}`)),
      el("blockquote", {}, signature.text), el("p", {}, links(matrix, list)));
  }

  function reason(matrix, list) {
    const { why, likely } = list[0].verdict;
    const probably = likely ? `; probably fails at ${matrix.data.signatures[likely].stage}` : "";
    return el("details", { className: "failure" },
      el("summary", {}, el("b", { ariaHidden: "true" }, "?"), ` unknown: ${why}${probably}`, el("small", {}, ` ${count(list.length, "model")}: ${few(list)}`)),
      el("p", {}, links(matrix, list)));
  }

  const few = (list) => list.slice(0, NAMES).map(({ model }) => model.name).join(", ") + (list.length > NAMES ? ", ..." : "");
  const links = (matrix, list) => list.flatMap(({ model }, n) => [n ? ", " : "", el("a", { href: `${page(matrix, model)}#${model.name}` }, model.name)]);
  const page = (matrix, model) => `estimators/${matrix.data.estimators[model.estimator].name}.html`;

  /** A column of the table of estimators, for what becomes of each with these packages; null takes it away. */
  function yours(matrix, verdicts = []) {
    table.querySelectorAll(".yours").forEach((cell) => cell.remove());
    if (!matrix) return;
    table.tHead.rows[0].cells[0].after(el("th", { className: "yours", scope: "col" }, "Yours"));
    const groups = new Map(grouped(verdicts, ({ model }) => model.estimator).map((list) => [matrix.data.estimators[list[0].model.estimator].name, list]));
    for (const { row, name } of rows) row.cells[0].after(el("td", { className: "yours" }, ours(matrix, groups.get(name) || [])));
  }

  function ours(matrix, list) {
    if (!list.length) return "not of this scikit-learn";
    const good = list.filter(({ verdict }) => verdict.works).length, bad = list.filter(({ verdict }) => verdict.works === false);
    const of = list.length > 1 ? `${good} of ${list.length}` : "";
    if (good === list.length) return sign("works", of);
    if (!bad.length) return good ? `${of}, others unknown` : "? unknown";
    const kinds = bad.map(({ verdict }) => matrix.data.signatures[verdict.number].kind);
    return sign(kinds.includes("wrong") ? "wrong" : kinds[0], of);
  }

  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(judge, 120); };
  text.addEventListener("input", later);
  text.addEventListener("paste", () => setTimeout(judge));
  python.addEventListener("change", judge);
  clear.addEventListener("click", () => { text.value = ""; file.value = ""; judge(); text.focus(); });
  const take = async (chosen) => { if (chosen) { text.value = await chosen.text(); judge(); } };
  file.addEventListener("change", () => take(file.files[0]));
  for (const name of ["dragover", "dragleave", "drop"])
    document.addEventListener(name, (event) => {
      if (name !== "dragleave") event.preventDefault();
      form.classList.toggle("dropping", name === "dragover");
      if (name === "drop") take(event.dataTransfer.files[0]);
    });
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
