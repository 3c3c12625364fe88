/* All cells at once: a row for each set of versions with each onnxruntime, a column for each model, drawn as they scroll. */
"use strict";
(() => {
  const { tables, el, breathe, WORDS, SIGNS } = globalThis.checkerPage;
  const KINDS = ["", "works", "edge", "wrong", "refused", "conversion", "environment"];
  const HIGH = 4, LEAST = 2, MOST = 18, GUTTER = 52, SLICE = 12;
  //: the packages by which rows are sorted, the newest first
  const ORDER = ["scikit-learn", "skl2onnx", "onnx", "python", "numpy", "scipy", "protobuf"];

  const section = document.getElementById("cells");
  const canvas = el("canvas");
  const spacer = el("div", { className: "spacer" });
  const grid = el("div", { className: "grid", tabIndex: 0, role: "application", ariaLabel: "All cells. The arrow keys move, Enter opens the estimator." }, canvas, spacer);
  const runtime = el("select", { id: "runtime" }, el("option", { value: "" }, "each"));
  const told = el("p", { className: "told", role: "status" }, "Point at a cell, or move with the arrow keys.");
  const key = el("p", { className: "key" }, ...KINDS.slice(1).flatMap((kind) => [el("span", { className: `swatch ${kind}` }), `${SIGNS[kind]} ${WORDS[kind]} `]));
  const context = canvas.getContext("2d");
  const small = document.createElement("canvas"), smallContext = small.getContext("2d");

  let matrix = null, codes = null, profiles = [], every = [], rows = [], columns = [], names = null, wide = LEAST, colours = null;
  let cursor = null, waiting = false;

  // --- what there is to draw ---------------------------------------------------------------------------------------

  /** For each profile, a kind for each onnxruntime; where it did not convert, the same for all. */
  function coded(data) {
    const many = data.runtimes.length, found = new Uint8Array(data.profiles.length * many);
    const kind = (number) => (number < 0 ? 0 : number === 0 ? 1 : KINDS.indexOf(data.signatures[number].kind));
    data.profiles.forEach((profile, place) => {
      for (let i = 0; i < many; i++) found[place * many + i] = profile === null ? 0 : Array.isArray(profile) ? kind(profile[i]) : kind(profile);
    });
    return found;
  }

  async function read(data) {
    const ran = data.cells.map(() => new Set());
    const of = data.profiles.map((profile) => (Array.isArray(profile) ? profile.flatMap((n, i) => (n === -1 ? [] : [i])) : []));
    let since = performance.now();
    for (let n = 0; n < data.rows.length; n++) {
      profiles.push(Uint16Array.from(matrix.row(n).profiles));
      for (const [profile, set] of matrix.row(n).sets)
        if (of[profile].length) for (const cell of matrix.places(set)) for (const i of of[profile]) ran[cell].add(i);
      if (performance.now() - since > SLICE) { await breathe(); since = performance.now(); }
    }
    const axes = ORDER.filter((name) => data.axes.includes(name)).map((name) => data.axes.indexOf(name));
    const order = data.cells.map((_, place) => place).sort((a, b) => {
      for (const axis of axes) if (data.cells[a][axis] !== data.cells[b][axis]) return data.cells[b][axis] - data.cells[a][axis];
      return b - a;
    });
    for (const cell of order) {
      const with_ = [...ran[cell]].sort((a, b) => b - a);
      for (const i of with_.length ? with_ : [-1]) every.push([cell, i]);
    }
  }

  function choose() {
    const data = matrix.data, only = runtime.value === "" ? null : Number(runtime.value);
    rows = every.filter(([, i]) => only === null || i === only || i === -1);
    columns = data.models.filter((model) => model.row !== null && (!names || names.has(data.estimators[model.estimator].name)));
    size();
  }

  // --- drawing -----------------------------------------------------------------------------------------------------

  function paint() {
    const probe = el("i");
    grid.append(probe);
    const one = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const of = (name) => {
      probe.style.color = `var(${name})`;
      one.clearRect(0, 0, 1, 1);
      one.fillStyle = getComputedStyle(probe).color;
      one.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = one.getImageData(0, 0, 1, 1).data;
      return (a << 24) | (b << 16) | (g << 8) | r;
    };
    colours = Uint32Array.from(KINDS, (kind) => (kind ? of(`--cell-${kind}`) : of("--paper")));
    const css = getComputedStyle(probe);
    colours.ink = css.getPropertyValue("--ink");
    colours.faint = css.getPropertyValue("--faint");
    colours.line = css.getPropertyValue("--line");
    probe.remove();
  }

  function size() {
    const inside = grid.clientWidth - GUTTER;
    wide = Math.max(LEAST, Math.min(MOST, Math.floor(inside / Math.max(1, columns.length))));
    spacer.style.width = `${GUTTER + columns.length * wide}px`;
    spacer.style.height = `${rows.length * HIGH}px`;
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(grid.clientWidth * ratio);
    canvas.height = Math.round(grid.clientHeight * ratio);
    canvas.style.width = `${grid.clientWidth}px`;
    canvas.style.height = `${grid.clientHeight}px`;
    if (cursor) cursor = { row: Math.min(cursor.row, rows.length - 1), column: Math.min(cursor.column, columns.length - 1) };
    later();
  }

  const later = () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); } };

  function draw() {
    if (!matrix) return;
    const ratio = devicePixelRatio || 1, top = grid.scrollTop, left = grid.scrollLeft;
    const first = Math.floor(top / HIGH), last = Math.min(rows.length, Math.ceil((top + grid.clientHeight) / HIGH));
    const from = Math.floor(left / wide), to = Math.min(columns.length, Math.ceil((left + grid.clientWidth - GUTTER) / wide));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, grid.clientWidth, grid.clientHeight);
    if (to > from && last > first) cells(first, last, from, to, top, left);
    context.clearRect(0, 0, GUTTER, grid.clientHeight);
    labels(first, last, top);
    if (cursor && columns.length) {
      context.strokeStyle = colours.ink;
      context.lineWidth = 2;
      context.strokeRect(GUTTER + cursor.column * wide - left - 1, cursor.row * HIGH - top - 1, wide + 2, HIGH + 2);
    }
  }

  function cells(first, last, from, to, top, left) {
    const many = matrix.data.runtimes.length, width = to - from;
    small.width = width;
    small.height = last - first;
    const image = smallContext.createImageData(width, last - first), pixels = new Uint32Array(image.data.buffer);
    for (let c = 0; c < width; c++) {
      const profile = profiles[columns[from + c].row];
      for (let r = first; r < last; r++) {
        const [cell, i] = rows[r];
        pixels[(r - first) * width + c] = colours[codes[profile[cell] * many + Math.max(0, i)]];
      }
    }
    smallContext.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, GUTTER + from * wide - left, first * HIGH - top, width * wide, (last - first) * HIGH);
  }

  /** The minor of scikit-learn, where it begins. */
  function labels(first, last, top) {
    const axis = matrix.data.axes.indexOf("scikit-learn"), known = matrix.data.releases["scikit-learn"];
    if (axis < 0) return;
    const minor = (row) => known[matrix.data.cells[rows[row][0]][axis]].split(".").slice(0, 2).join(".");
    context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    context.textBaseline = "top";
    for (let r = first; r < last; r++) {
      const begins = r === 0 || minor(r) !== minor(r - 1);
      if (!begins && r !== first) continue;
      const at = r * HIGH - top;
      if (begins) { context.fillStyle = colours.line; context.fillRect(0, at, grid.clientWidth, 1); }
      const room = r === first && !begins ? ends(r, last, minor) - r : 9;
      context.fillStyle = colours.faint;
      if (room * HIGH >= 16) context.fillText(minor(r), 4, Math.max(at, 0) + 3);
    }
  }
  function ends(row, last, minor) {
    let end = row;
    while (end < last && minor(end) === minor(row)) end++;
    return end;
  }

  // --- pointing ----------------------------------------------------------------------------------------------------

  function say() {
    const model = columns[cursor.column], row = rows[cursor.row];
    if (!model || !row) return;
    const data = matrix.data, [cell, i] = row, many = data.runtimes.length;
    const kind = KINDS[codes[profiles[model.row][cell] * many + Math.max(0, i)]];
    const pins = data.axes.map((name, n) => `${name === "python" ? "Python" : name} ${data.releases[name][data.cells[cell][n]]}`);
    if (i >= 0) pins.push(`onnxruntime ${data.runtimes[i]}`);
    const what = kind ? el("span", { className: kind }, el("b", {}, SIGNS[kind]), ` ${WORDS[kind]}`) : "not tried";
    told.replaceChildren(el("a", { href: page(model), tabIndex: -1 }, model.name), " ", what, `: ${pins.join(", ")}, ${data.dates[cell]}`);
    later();
  }
  const page = (model) => `estimators/${matrix.data.estimators[model.estimator].name}.html#${model.name}`;

  function point(event) {
    if (!matrix) return null;
    const box = grid.getBoundingClientRect();
    const x = event.clientX - box.left - grid.clientLeft - GUTTER, y = event.clientY - box.top - grid.clientTop;
    const column = Math.floor((x + grid.scrollLeft) / wide), row = Math.floor((y + grid.scrollTop) / HIGH);
    return x < 0 || column >= columns.length || row < 0 || row >= rows.length ? null : { row, column };
  }
  grid.addEventListener("pointermove", (event) => { const at = point(event); if (at) { cursor = at; say(); } });
  grid.addEventListener("click", (event) => { const at = point(event); if (at) { cursor = at; say(); } });
  grid.addEventListener("dblclick", (event) => { const at = point(event); if (at) location.href = page(columns[at.column]); });

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-25, 0], PageDown: [25, 0], Home: [0, -1e9], End: [0, 1e9] };
  grid.addEventListener("keydown", (event) => {
    if (!matrix || !columns.length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && cursor) { location.href = page(columns[cursor.column]); return; }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const by = event.shiftKey ? 10 : 1, at = cursor || { row: Math.ceil(grid.scrollTop / HIGH), column: 0 };
    const clamp = (n, most) => Math.max(0, Math.min(most, n));
    cursor = { row: clamp(at.row + step[0] * by, rows.length - 1), column: clamp(at.column + step[1] * by, columns.length - 1) };
    const y = cursor.row * HIGH, x = cursor.column * wide, room = grid.clientWidth - GUTTER;
    if (y < grid.scrollTop || y + HIGH > grid.scrollTop + grid.clientHeight) grid.scrollTop = y - grid.clientHeight / 2;
    if (x < grid.scrollLeft || x + wide > grid.scrollLeft + room) grid.scrollLeft = x - room / 2;
    say();
  });
  grid.addEventListener("scroll", later, { passive: true });

  // --- beginning ---------------------------------------------------------------------------------------------------

  const intro = el("p", {}, "A row is a measured set of versions with one onnxruntime, sorted by scikit-learn, skl2onnx and onnx, the newest first; a column is a model, by name. The search above chooses columns. Models with tables of their own (boosters, MLflow) are not among them.");
  section.querySelector(".without").replaceWith(intro, el("p", { className: "search" }, el("label", { className: "python" }, "onnxruntime ", runtime)), grid, told, key);

  async function begin() {
    grid.ariaBusy = "true";
    try { matrix = await tables(); } catch (error) { told.textContent = `The measurements cannot be read here: ${error.message}.`; return; }
    const data = matrix.data;
    codes = coded(data);
    paint();
    await read(data);
    [...data.runtimes].map((version, i) => [version, i]).reverse().forEach(([version, i]) => runtime.append(el("option", { value: String(i) }, version)));
    choose();
    grid.ariaBusy = "false";
    section.dataset.ready = "";
  }
  new IntersectionObserver((entries, observer) => {
    if (entries.some((entry) => entry.isIntersecting)) { observer.disconnect(); begin(); }
  }, { rootMargin: "300px" }).observe(section);
  new ResizeObserver(() => { if (matrix) size(); }).observe(grid);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (matrix) { paint(); later(); } });
  runtime.addEventListener("change", () => { choose(); grid.scrollTop = 0; });
  document.addEventListener("checker-search", (event) => { names = event.detail; if (matrix) choose(); });
})();
