/* Lists of packages as people have them: what pip and conda print, requirements, environment.yml and lock files. */
"use strict";
globalThis.checkerLists = (() => {
  const canonical = (name) => {
    const plain = name.toLowerCase().replace(/[-_.]+/g, "-");
    return plain === "sklearn" ? "scikit-learn" : plain;
  };
  const release = (name, version) =>
    name === "python" ? version.split(".").slice(0, 2).join(".") : version.split("+")[0];

  /** [name, version] of a line, a version of "" for a package of which no single release is named, null for no package. */
  function packageOf(line) {
    const text = line.replace(/(^|\s)#.*$/, "").trim().replace(/^["']|["'],?$/g, "");
    if (!text || /^(?:-|\[|\{|\}|\]|[\w-]+:\s*$|Package\s+Version|name:|channels:|prefix:)/i.test(text) && !/^-\s+[\w"']/.test(text)) return null;
    const item = text.replace(/^-\s+/, "").replace(/^["']|["']$/g, "");
    const explicit = /\/([A-Za-z0-9._-]+?)-([^-/]+)-[^-/]+\.(?:conda|tar\.bz2)(?:#.*)?$/.exec(item);
    if (explicit) return [explicit[1], explicit[2]];
    const wheel = /\/([A-Za-z0-9._]+)-([^-/]+)-[^/]*\.whl/.exec(item);
    if (wheel) return [wheel[1], wheel[2]];
    const found = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\s*\[[^\]]*\])?(.*)$/.exec(item);
    if (!found) return null;
    const [, name, rest] = found, asked = rest.split(";")[0];
    const exact = /(?:^|[\s,(])={2,3}\s*([^\s,)]+)/.exec(asked) || /^\s*=\s*([^\s,=]+)(?:=\S*)?$/.exec(asked);
    if (exact) return [name, exact[1].endsWith("*") ? "" : exact[1]];
    const listed = /^\s+v?(\d\S*)(?:\s.*)?$/.exec(rest);
    if (listed) return [name, listed[1]];
    return /^\s*(?:$|[<>!~@(])/.test(asked) ? [name, ""] : null;
  }

  /** The packages of uv.lock, poetry.lock and pylock.toml: a table each. */
  function* locked(text) {
    for (const part of text.split(/^\[\[packages?\]\]\s*$/m).slice(1)) {
      const name = /^name\s*=\s*"([^"]+)"/m.exec(part), version = /^version\s*=\s*"([^"]+)"/m.exec(part);
      if (name) yield [name[1], version ? version[1] : ""];
    }
  }

  /** Those of Pipfile.lock, and of `pip list --format json`. */
  function* ofJson(told) {
    if (Array.isArray(told)) for (const one of told) { if (one && one.name) yield [String(one.name), String(one.version || "")]; }
    else for (const [name, one] of Object.entries(told.default || {})) yield [name, String((one && one.version) || "").replace(/^==/, "")];
  }

  function all(text) {
    if (/^\[\[packages?\]\]/m.test(text)) return [...locked(text)];
    if (/^\s*[[{]/.test(text)) {
      try { return [...ofJson(JSON.parse(text))]; } catch { /* no JSON, so lines */ }
    }
    return text.split(/\r?\n/).map(packageOf).filter(Boolean);
  }

  /** What a list says of the packages of `known`: one release each in `pins`, and those `left` open. */
  function read(text, known) {
    const found = new Map();
    for (const [name, version] of all(text.slice(0, 5e6))) {
      const plain = canonical(name);
      if (!found.has(plain)) found.set(plain, new Set());
      found.get(plain).add(version && release(plain, version));
    }
    const pins = {}, left = [];
    for (const name of known) {
      const versions = found.get(name);
      if (!versions) continue;
      if (versions.size === 1 && ![...versions][0].match(/^$/)) pins[name] = [...versions][0];
      else left.push(name);
    }
    return { pins, left, size: found.size };
  }

  return { read };
})();
