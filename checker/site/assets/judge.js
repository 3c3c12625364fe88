/* What becomes of a model under a set of versions, as checker/matrix/measured has it, for a browser: the same tables, the
   same answers. tests/live/test_site.py holds the two together, question by question. Sets of cells are bits in words. */
"use strict";
globalThis.checkerJudge = (() => {
  const PASSED = 0, UNMEASURED = -1, CONVERTED = -2;
  const ENOUGH = 3, TIMES = 10, FAILURES = 5, SHARE = 0.5, BOUND = 0.5, MOST = 4, NAMED = 4, NEAREST = 2;
  const RUNTIME = "onnxruntime", REGISTRY = "mlflow";

  // --- sets of cells -----------------------------------------------------------------------------------------------

  const empty = (words) => new Uint32Array(words);
  const put = (set, place) => { set[place >> 5] |= 1 << (place & 31); };
  const has = (set, place) => (set[place >> 5] >>> (place & 31)) & 1;
  const and = (a, b) => { const c = empty(a.length); for (let i = 0; i < a.length; i++) c[i] = a[i] & b[i]; return c; };
  const or = (a, b) => { const c = empty(a.length); for (let i = 0; i < a.length; i++) c[i] = a[i] | b[i]; return c; };
  const without = (a, b) => { const c = empty(a.length); for (let i = 0; i < a.length; i++) c[i] = a[i] & ~b[i]; return c; };
  const any = (a) => { for (let i = 0; i < a.length; i++) if (a[i]) return true; return false; };
  const bits = (word) => {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  };
  const count = (a) => { let n = 0; for (let i = 0; i < a.length; i++) if (a[i]) n += bits(a[i]); return n; };
  const meets = (a, b) => { for (let i = 0; i < a.length; i++) if (a[i] & b[i]) return true; return false; };
  const countAnd = (a, b) => { let n = 0; for (let i = 0; i < a.length; i++) { const word = a[i] & b[i]; if (word) n += bits(word); } return n; };
  const hash = (a) => { let h = 0; for (let i = 0; i < a.length; i++) h = (Math.imul(h, 0x9e3779b1) + a[i]) | 0; return h; };
  const same = (a, b) => { for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false; return true; };
  const within = (a, b) => { for (let i = 0; i < a.length; i++) if (a[i] & ~b[i]) return false; return true; };
  const united = (sets, words) => {
    const all = empty(words);
    for (const set of sets) for (let i = 0; i < words; i++) all[i] |= set[i];
    return all;
  };
  const meetsOutside = (a, b, c) => { for (let i = 0; i < a.length; i++) if (a[i] & b[i] & ~c[i]) return true; return false; };
  const meetsOutside2 = (a, b, c) => { for (let i = 0; i < a.length; i++) if (a[i] & ~b[i] & ~c[i]) return true; return false; };
  const places = function* (set) {
    for (let i = 0; i < set.length; i++)
      for (let word = set[i]; word; word &= word - 1) yield i * 32 + (31 - Math.clz32(word & -word));
  };

  // --- releases ----------------------------------------------------------------------------------------------------

  const VERSION = /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\s*$/i;
  const LETTERS = { alpha: "a", beta: "b", preview: "rc", pre: "rc", c: "rc" };
  /** A release as something that can be compared, null for a text that is none. */
  const parse = (text) => {
    const found = VERSION.exec(text === "" ? "0.dev0" : text);
    if (!found) return null;
    const [, epoch, release, letter, n, implicit, post, m, dev, k] = found;
    const numbers = release.split(".").map(Number);
    const minor = [...numbers];
    while (numbers.length > 1 && numbers[numbers.length - 1] === 0) numbers.pop();
    const name = letter && letter.toLowerCase();
    const isPost = implicit !== undefined || post;
    return {
      minor: minor.slice(0, 2).join("."),
      key: [
        Number(epoch || 0), numbers,
        name ? [1, LETTERS[name] || name, Number(n || 0)] : !isPost && dev ? [0] : [2],
        isPost ? [1, Number(implicit ?? (m || 0))] : [0],
        dev ? [0, Number(k || 0)] : [1],
      ],
    };
  };
  const order = (a, b) => {
    if (!Array.isArray(a)) return a < b ? -1 : a > b ? 1 : 0;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const found = order(a[i], b[i]);
      if (found) return found;
    }
    return a.length - b.length;
  };
  const compare = (a, b) => order(a.key, b.key);

  // --- cells as points ---------------------------------------------------------------------------------------------

  class Axis {
    constructor(name, texts, cells) {
      this.name = name;
      this.texts = texts;
      this.versions = texts.map(parse);
      this.cells = cells;
    }
    /** For each release, the cells that have it or an older one. */
    get upTo() {
      if (!this.older) this.older = this.cells.reduce((sets, set, i) => [...sets, i ? or(sets[i - 1], set) : set], []);
      return this.older;
    }
    /** For each release, the cells that have it or a newer one. */
    get from() {
      if (!this.newer) this.newer = [...this.cells].reverse().reduce((sets, set, i) => [...sets, i ? or(sets[i - 1], set) : set], []).reverse();
      return this.newer;
    }
    /** The first place that is not below a release, and whether it is that very release. */
    find(asked) {
      let first = 0;
      while (first < this.versions.length && compare(this.versions[first], asked) < 0) first++;
      return [first, first < this.versions.length && compare(this.versions[first], asked) === 0 ? 1 : 0];
    }
  }

  /** Where a release lies on its axis. */
  class At {
    constructor(axis, asked, words) {
      this.axis = axis;
      this.asked = asked;
      const [first, known] = axis.find(asked);
      this.first = first;
      this.known = known;
      const last = first + known - 1;
      this.above = first < axis.texts.length ? axis.from[first] : empty(words);
      this.below = last >= 0 ? axis.upTo[last] : empty(words);
      const bound = (place, above, cells) => ({ axis: axis.name, above, version: axis.texts[place], cells });
      this.bounds = [];
      for (let i = axis.texts.length - 1; i > first + known - 1; i--) this.bounds.push(bound(i, true, axis.from[i]));
      for (let i = 0; i < first; i++) this.bounds.push(bound(i, false, axis.upTo[i]));
    }
    /** For each cell, how many measured releases away it is. */
    steps(size) {
      const far = new Array(size).fill(0);
      this.axis.cells.forEach((set, place) => {
        const step = place < this.first ? this.first - place : place - (this.first + this.known) + 1;
        for (const cell of places(set)) far[cell] = step;
      });
      return far;
    }
    ofMinor(words) {
      return united(this.axis.cells.filter((_, i) => this.axis.versions[i].minor === this.asked.minor), words);
    }
  }

  class Point {
    constructor(axes, size, at) {
      this.axes = axes;
      this.size = size;
      this.words = Math.ceil(size / 32);
      this.at = at;
      this.bounds = at.flatMap((one) => one.bounds);
      const sides = new Map();
      for (const bound of [...this.bounds].reverse()) {
        const key = bound.axis + bound.above;
        if (!sides.has(key)) sides.set(key, []);
        sides.get(key).push(bound);
      }
      this.sides = [...sides.values()];
      const told = new Set(at.map((one) => one.axis.name));
      this.leftOpen = axes.filter((axis) => !told.has(axis.name)).map((axis) => axis.name);
      this.exact = empty(this.words);
      if (at.length === axes.length) {
        for (let i = 0; i < size; i++) put(this.exact, i);
        for (const one of at) this.exact = and(this.exact, and(one.above, one.below));
      }
    }
    part(names) {
      return new Point(this.axes.filter((a) => names.includes(a.name)), this.size, this.at.filter((o) => names.includes(o.axis.name)));
    }
    outside(cells) {
      return this.at.filter((one) => !(meets(one.above, cells) && meets(one.below, cells))).map((one) => one.axis.name);
    }
    beyond(axis, above) {
      const one = this.at.find((o) => o.axis.name === axis);
      return above ? one.above : one.below;
    }
    get byDistance() {
      if (!this.sorted) {
        const steps = this.at.map((one) => one.steps(this.size));
        const far = Array.from({ length: this.size }, (_, i) => {
          let differ = 0, sum = 0;
          for (const told of steps) { differ += told[i] > 0; sum += told[i]; }
          return differ * 1e6 + sum;
        });
        this.sorted = far.map((_, i) => i).sort((a, b) => far[a] - far[b] || a - b);
      }
      return this.sorted;
    }
  }

  class Space {
    constructor(names, releases, cells) {
      this.size = cells.length;
      this.words = Math.ceil(this.size / 32);
      this.axes = names.map((name, n) => {
        const sets = releases[n].map(() => empty(this.words));
        cells.forEach((cell, place) => put(sets[cell[n]], place));
        return new Axis(name, releases[n], sets);
      });
    }
    point(pins) {
      const at = [];
      for (const axis of this.axes) {
        const asked = pins[axis.name] ? parse(pins[axis.name]) : null;
        if (asked) at.push(new At(axis, asked, this.words));
      }
      return new Point(this.axes, this.size, at);
    }
  }

  // --- what neighbours agree on ------------------------------------------------------------------------------------

  const weight = (ranges) => count(ranges.cells) / (1 + BOUND * ranges.bounds.length);
  const nothing = (point) => ({ bounds: [], cells: empty(point.words) });

  function ranges(point, kept, shutOut) {
    const tenable = point.bounds.filter((b) => meetsOutside(kept, point.beyond(b.axis, b.above), b.cells));
    const bounds = [];
    let inside = kept, left = shutOut;
    while (any(left) && bounds.length < MOST) {
      const found = best(tenable, inside, left);
      if (!found) return nothing(point);
      bounds.push(found);
      inside = without(inside, found.cells);
      left = without(left, found.cells);
    }
    if (any(left) || !any(inside)) return nothing(point);
    const widest = widened(point, tenable, bounds, shutOut);
    const cells = without(kept, united(widest.map((b) => b.cells), point.words));
    const held = widest.every((b) => meets(cells, point.beyond(b.axis, b.above)));
    return held ? { bounds: widest, cells } : nothing(point);
  }

  function best(bounds, inside, left) {
    let top = 0, found = null;
    for (const bound of bounds) {
      const gone = countAnd(left, bound.cells);
      if (!gone) continue;
      const worth = gone / (1 + countAnd(inside, bound.cells));
      if (worth > top) [top, found] = [worth, bound];
    }
    return found;
  }

  function widened(point, every, chosen, shutOut) {
    let kept = [...chosen];
    for (const bound of chosen) {
      const others = kept.filter((other) => other !== bound);
      const needed = without(shutOut, united(others.map((b) => b.cells), point.words));
      if (any(needed)) others.push(every.find((b) => b.axis === bound.axis && b.above === bound.above && within(needed, b.cells)));
      kept = others;
    }
    return kept;
  }

  /** Of the bounds that shut out all that passed, one alone or two, those with the most failures; and those of them
   *  with a failure that lies no farther out than the point. */
  function failing(point, passed, failed) {
    const best = { top: [], outer: 0, inner: null, most: 0 };
    if (any(failed)) {
      if (!any(passed)) weigh(point, failed, [], best);
      for (const side of point.sides) {
        let i = side.length - 1;
        while (i >= 0 && !within(passed, side[i].cells)) i--;
        if (i >= 0) weigh(point, failed, [side[i]], best);
      }
      for (let i = 0; i < point.sides.length; i++)
        for (let j = i + 1; j < point.sides.length; j++) weighPairs(point, point.sides[i], point.sides[j], passed, failed, best);
    }
    const inside = (bounds) => bounds.reduce((cells, bound) => without(cells, bound.cells), failed);
    return [best.outer, best.inner ? { bounds: best.inner, cells: inside(best.inner) } : nothing(point)];
  }

  function weighPairs(point, one, other, passed, failed, best) {
    let place = other.length - 1;
    for (const bound of one) {
      while (place >= 0 && meetsOutside2(passed, bound.cells, other[place].cells)) place--;
      if (place < 0) return;
      weigh(point, failed, [bound, other[place]], best);
    }
  }

  function weigh(point, failed, bounds, best) {
    const one = bounds[0] ? bounds[0].cells : null, other = bounds[1] ? bounds[1].cells : null;
    let number = 0;
    for (let i = 0; i < failed.length; i++) {
      const word = failed[i] & ~(one ? one[i] : 0) & ~(other ? other[i] : 0);
      if (word) number += bits(word);
    }
    if (number > best.outer) best.outer = number;
    if (number <= best.most) return;
    const near = bounds.map((b) => point.beyond(b.axis, b.above));
    for (let i = 0; i < failed.length; i++)
      if (failed[i] & ~(one ? one[i] : 0) & ~(other ? other[i] : 0) & (near[0] ? near[0][i] : -1) & (near[1] ? near[1][i] : -1)) {
        best.most = number;
        best.inner = bounds;
        return;
      }
  }

  /** [whether it works, the ranges], null where it is not decided. */
  function agreed(point, passed, failed, astray) {
    const works = ranges(point, passed, failed);
    if (astray) return weight(works) >= ENOUGH ? [true, works] : null;
    const [failures, inner] = failing(point, passed, failed);
    if (!any(inner.cells) && weight(works) >= Math.max(ENOUGH, TIMES * failures)) return [true, works];
    if (count(inner.cells) >= FAILURES && failures >= SHARE * weight(works)) return [false, inner];
    return null;
  }

  // --- links between two packages ----------------------------------------------------------------------------------

  function linked(point, provider, passed, failed) {
    if (point.at.length !== 2 || !any(failed)) return null;
    const [one, other] = [...point.at].sort((a, b) => (a.axis.name === provider) - (b.axis.name === provider));
    const of = (axis) => new Map(axis.cells.flatMap((set, i) => (meets(set, failed) ? [[i, true]] : [])));
    const asks = of(one.axis), lacks = of(other.axis);
    if (!(tell(point, one.axis, asks, other.axis, lacks, passed) && tell(point, other.axis, lacks, one.axis, asks, passed))) return null;
    const told = [known(one, asks), known(other, lacks)];
    if (told.includes(false)) return [true, { bounds: [], cells: passed }];
    if (told.includes(null)) return told.includes(true) ? [null, nothing(point)] : null;
    return [false, { bounds: [], cells: failed }];
  }

  function tell(point, axis, takes, other, told, passed) {
    const broken = [...takes].filter(([, is]) => is).map(([place]) => axis.cells[place]);
    const beside = and(passed, united(broken, point.words));
    const good = other.cells.flatMap((set, i) => (meets(set, beside) ? [i] : []));
    for (const place of good) if (!told.has(place)) told.set(place, false);
    return good.every((place) => told.get(place) === false);
  }

  function known(at, told) {
    const { first, known: exact, axis, asked } = at;
    if (exact && told.has(first)) return told.get(first);
    const minor = new Set([...told].filter(([place]) => axis.versions[place].minor === asked.minor).map(([, is]) => is));
    if (minor.size === 1) return [...minor][0];
    const sorted = [...told.keys()].sort((a, b) => a - b);
    const older = sorted.filter((place) => place < first).map((place) => told.get(place));
    const newer = sorted.filter((place) => place >= first + exact).map((place) => told.get(place));
    return older.length && newer.length && older[older.length - 1] === newer[0] ? newer[0] : null;
  }

  // --- what follows for one point ----------------------------------------------------------------------------------

  const words = (found) => {
    const bounds = found.bounds.map((b) => `${b.axis} ${b.above ? "below" : "above"} ${b.version || "none"}`);
    return `${count(found.cells)} measured cells agree` + (bounds.length ? `, with ${bounds.join(" and ")}` : "");
  };

  class Judge {
    constructor(point, stepOf) {
      this.point = point;
      this.stepOf = stepOf;
      this.open = point.leftOpen.length ? `, with ${point.leftOpen.join(" and ")} left open` : "";
      this.parts = new Map([["", point]]);
      this.decided = new Map();
    }

    /** `numberAt` says how it went in a cell, `cells` in which cells it went so: a number -> its set, in their order. */
    answer(numberAt, cells) {
      for (const place of places(this.point.exact))
        if (numberAt(place) >= PASSED) return { number: numberAt(place), basis: "measured", cells: [place], why: "", likely: 0 };
      cells.delete(UNMEASURED);
      const tried = united(cells.values(), this.point.words);
      const outside = this.point.outside(tried);
      if (outside.length) return unknown(`it was tried only with older, or only with newer, releases of ${outside.join(" and ")}`);
      return this.inferred(numberAt, cells);
    }

    inferred(numberAt, cells) {
      const size = this.point.words;
      const converted = cells.get(CONVERTED) || empty(size);
      cells.delete(CONVERTED);
      const steps = this.steps(cells);
      const somewhere = steps.filter(([step]) => step.anywhere).flatMap(([, told]) => told.map((n) => cells.get(n)));
      let reached = without(united(cells.values(), size), united(somewhere, size));
      let found = { bounds: [], cells: reached };
      for (let i = 0; i < steps.length;) {
        const { stage, package: packed } = steps[i][0], alike = [];
        for (; i < steps.length && steps[i][0].stage === stage && steps[i][0].package === packed; i++)
          alike.push([steps[i][0], steps[i][1].map((n) => cells.get(n))]);
        reached = without(reached, united(alike.flatMap(([, each]) => each), size));
        const came = steps[i - 1][0].runs ? reached : or(reached, converted);
        const decided = alike.map(([step, each]) => [step, each, this.atStep(step, came, each)]);
        const fails = decided.find(([, , told]) => told && !told[0]);
        if (fails) {
          const nearest = this.nearest(fails[2][1].cells);
          return { number: numberAt(nearest[0]), basis: "inferred", cells: nearest, why: words(fails[2][1]), likely: 0 };
        }
        for (const [step, each, told] of decided) {
          const failed = united(each, size), pair = this.failingPair(step, came, failed);
          if (!told || pair.length) {
            const nearest = pair.length ? pair : this.failingNearest(step, came, failed);
            const why = `the measured neighbours do not agree on the stage ${step.name}${this.open}`;
            return { number: null, basis: null, cells: nearest, why, likely: nearest.length ? numberAt(nearest[0]) : 0 };
          }
          found = told[1];
        }
      }
      return this.works({ bounds: found.bounds, cells: and(found.cells, reached) });
    }

    steps(cells) {
      const found = new Map();
      for (const number of cells.keys()) {
        if (number <= 0) continue;
        const step = this.stepOf(number);
        if (!found.has(step)) found.set(step, []);
        found.get(step).push(number);
      }
      return [...found].sort((a, b) => a[0].order - b[0].order);
    }

    atStep(step, passed, failed) {
      const together = failed.length === 1 || step.axes.length !== 2 ? this.decide(step, passed, united(failed, this.point.words)) : null;
      if (together || failed.length < 2) return together;
      const each = failed.map((cells) => this.decide(step, passed, cells));
      const fails = each.find((one) => one && !one[0]);
      if (fails) return fails;
      if (each.some((one) => !one)) return null;
      return each.reduce((least, one) => (weight(one[1]) < weight(least[1]) ? one : least));
    }

    works(found) {
      if (count(found.cells) < ENOUGH) return unknown(`too few measured neighbours tried it${this.open}`);
      return { number: PASSED, basis: "inferred", cells: this.nearest(found.cells), why: words(found), likely: 0 };
    }

    decide(step, passed, failed) {
      const key = (hash(passed) * 31 + hash(failed)) ^ step.order;
      if (!this.decided.has(key)) this.decided.set(key, []);
      const alike = this.decided.get(key);
      const known = alike.find((one) => one.step === step && same(one.passed, passed) && same(one.failed, failed));
      if (known) return known.told;
      const told = this.decideAnew(this.part(step.axes), step, passed, failed);
      alike.push({ step, passed, failed, told });
      return told;
    }

    part(names) {
      const key = names.join();
      if (!this.parts.has(key)) this.parts.set(key, this.point.part(names));
      return this.parts.get(key);
    }

    decideAnew(point, step, passed, failed) {
      if (step.axes.length) {
        const good = and(passed, point.exact), bad = and(failed, point.exact);
        if (any(good) !== any(bad)) return [any(good), { bounds: [], cells: any(good) ? good : bad }];
      }
      if (step.axes.length === 2) {
        const link = linked(point, step.axes[1], passed, failed);
        if (link) return link[0] === null ? null : link;
      }
      return agreed(point, passed, failed, this.astray(step, failed));
    }

    failingNearest(step, passed, failed) {
      const nearest = [];
      for (const place of this.point.byDistance) {
        if (has(passed, place) || has(failed, place)) nearest.push(place);
        if (nearest.length === NEAREST) break;
      }
      const fail = nearest.length === NEAREST && nearest.every((place) => has(failed, place));
      return fail && !this.astray(step, failed) ? nearest : [];
    }

    failingPair(step, passed, failed) {
      if (!step.pair.length) return [];
      const pair = this.part(step.pair);
      if (pair.at.length !== 2) return [];
      const alike = and(pair.at[0].ofMinor(pair.words), pair.at[1].ofMinor(pair.words));
      return meets(passed, alike) ? [] : this.nearest(and(failed, alike));
    }

    astray(step, failed) {
      const outside = this.point.outside(failed);
      return step.parties.some((party) => outside.includes(party));
    }

    nearest(cells) {
      const found = [];
      for (const place of this.point.byDistance) {
        if (has(cells, place)) found.push(place);
        if (found.length === NAMED) break;
      }
      return found;
    }
  }

  const unknown = (why) => ({ number: null, basis: null, cells: [], why, likely: 0 });

  // --- one set of versions, of which all models are asked ----------------------------------------------------------

  /** What a row has in each cell, and the cells of each, in the order of their first. */
  function grouped(profiles, words) {
    const sets = new Map();
    profiles.forEach((profile, place) => {
      if (!sets.has(profile)) sets.set(profile, empty(words));
      put(sets.get(profile), place);
    });
    return { profiles, sets: [...sets] };
  }

  class Matrix {
    constructor(data) {
      this.data = data;
      this.space = new Space(data.axes, data.axes.map((name) => data.releases[name]), data.cells);
      this.runtimes = data.runtimes.map(parse);
      this.tables = [...data.imports, ...data.flows].map((table) => ({
        ...table, space: new Space(table.axes, table.axes.map((name) => table.releases[name]), table.cells),
      }));
      this.imports = this.tables.slice(0, data.imports.length);
      this.flows = this.tables.slice(data.imports.length);
      this.rows = [];
    }
    row(n) { return (this.rows[n] ??= grouped(this.data.rows[n].split(",").map(Number), this.space.words)); }
    places(set) { return places(set); }
    stepOf(number) { return this.data.steps[this.data.signatures[number].step]; }
    /** Where a failure happened, as a number that grows along the path; 0 for what is none. */
    stageOf(number) { return number > 0 ? this.stepOf(number).stage : 0; }
    ask(pins) { return new Question(this, pins); }
  }

  class Question {
    constructor(matrix, pins) {
      this.matrix = matrix;
      this.pins = pins;
      this.answers = new Map();
      this.others = new Map();
      this.judges = new Map();
      this.numbers = this.underRuntime();
    }

    /** For each profile, how it goes with the runtime that is asked for. */
    underRuntime() {
      const asked = RUNTIME in this.pins ? parse(this.pins[RUNTIME]) : null, known = this.matrix.runtimes;
      this.asks = RUNTIME in this.pins;
      const below = asked ? known.filter((v) => compare(v, asked) <= 0).length : 0;
      const above = asked ? known.filter((v) => compare(v, asked) < 0).length : 0;
      this.older = below - 1;
      this.newer = above;
      return this.matrix.data.profiles.map((profile) => {
        if (profile === null) return UNMEASURED;
        if (!Array.isArray(profile)) return profile;
        if (!this.asks) return PASSED;
        let older = CONVERTED, newer = CONVERTED;
        for (let i = this.older; i >= 0; i--) if (profile[i] !== UNMEASURED) { older = profile[i]; break; }
        for (let i = this.newer; i < known.length; i++) if (profile[i] !== UNMEASURED) { newer = profile[i]; break; }
        return older === newer ? older : CONVERTED;
      });
    }

    verdict(model) {
      const factors = [];
      if (this.asks) factors.push(this.runtime());
      if (model.row !== null) factors.push(this.model(model));
      else if (model.flow === null) factors.push(told(unknown("no measurement tried it")));
      if (model.flow !== null) factors.push(this.table(this.matrix.flows[model.flow], model.name));
      return this.first(factors);
    }

    runtime() {
      const tables = this.matrix.imports.filter((t) => t.axes.includes(RUNTIME) && !t.axes.includes(REGISTRY));
      if (!tables.length) return told(unknown(`the import of ${RUNTIME} was not measured`));
      return this.first(tables.map((table) => this.table(table, "")));
    }

    model(model) {
      if (!this.answers.has(model.row)) this.answers.set(model.row, this.answer(this.matrix.row(model.row)));
      return this.answers.get(model.row);
    }

    answer(row) {
      this.conversions ??= new Judge(this.matrix.space.point(this.pins), (n) => this.matrix.stepOf(n));
      const cells = new Map();
      for (const [profile, set] of row.sets) {
        const number = this.numbers[profile], before = cells.get(number);
        cells.set(number, before ? or(before, set) : set);
      }
      const found = this.conversions.answer((place) => this.numbers[row.profiles[place]], cells);
      if (found.basis === "measured" && !this.ran(row.profiles[found.cells[0]]))
        return told({ ...found, basis: "inferred", why: "between measured releases of onnxruntime that agree" }, this.matrix.data);
      return told(found, this.matrix.data);
    }

    ran(number) {
      const profile = this.matrix.data.profiles[number];
      if (!this.asks || !Array.isArray(profile)) return true;
      return this.older === this.newer && this.older >= 0 && profile[this.older] !== UNMEASURED;
    }

    /** What decides: what fails at the earliest stage, else the first that is unknown, else the first inferred. */
    first(factors) {
      const stage = (factor) => this.matrix.stageOf(factor.number);
      const failed = factors.filter((f) => f.works === false).sort((a, b) => stage(a) - stage(b));
      if (failed.length && factors[0].works === null) failed[0] = { ...failed[0], basis: "inferred" };
      const open = factors.filter((f) => f.works === null).sort((a, b) => !a.likely - !b.likely);
      const inferred = factors.filter((f) => f.basis === "inferred");
      return [...failed, ...open, ...inferred, factors[factors.length - 1]][0];
    }

    table(table, key) {
      const place = this.matrix.tables.indexOf(table), name = `${place} ${key}`;
      if (!this.judges.has(place)) this.judges.set(place, new Judge(table.space.point(this.pins), (n) => this.matrix.stepOf(n)));
      if (!this.others.has(name)) this.others.set(name, told(this.judges.get(place).answer((cell) => table.outcomes[key][cell], new Map(grouped(table.outcomes[key], table.space.words).sets)), table));
      return this.others.get(name);
    }
  }

  /** An answer as a verdict: its cells are rows of the table in which they stand. */
  const told = (answer, where = null) => ({ ...answer, works: answer.number === null ? null : answer.number === 0, where });

  return { Matrix, parse, compare };
})();
