// Dark mode, search and the portal's filter. Everything else works without this file.
"use strict";
(() => {
  const root = document.documentElement;
  const wide = matchMedia("(min-width: 58.01rem)");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const by = (id) => document.getElementById(id);

  const button = by("theme");
  const isDark = () => (root.dataset.theme || (prefersDark.matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = isDark() ? "Ljust läge" : "Mörkt läge"; };
  if (button) {
    button.hidden = false;
    label();
    prefersDark.addEventListener("change", label);
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("sqa-theme", root.dataset.theme); } catch { /* private window: not remembered */ }
      label();
    });
  }

  const contents = by("contents");
  if (contents) {
    const fit = () => { contents.open = wide.matches; };
    fit();
    wide.addEventListener("change", fit);
  }

  const words = (text) => text.toLocaleLowerCase("sv").split(/\s+/).filter(Boolean);
  const has = (text, query) => query.every((word) => text.includes(word));

  // Search: every section is one entry [address, heading, chapter, text] of window.SQA_INDEX.
  const form = by("search");
  if (form) {
    const input = form.querySelector("input");
    const results = by("results");
    const status = by("search-status");
    const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

    const snippet = (text, query) => {
      const at = Math.max(0, text.toLocaleLowerCase("sv").indexOf(query[0]));
      const from = at < 60 ? 0 : text.lastIndexOf(" ", at - 40) + 1;
      const part = (from ? "… " : "") + text.slice(from, from + 150) + (text.length > from + 150 ? " …" : "");
      const pattern = new RegExp("(" + query.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|") + ")", "gi");
      return part.split(pattern).map((piece, at) => at % 2 ? `<mark>${escape(piece)}</mark>` : escape(piece)).join("");
    };

    const find = (query) => window.SQA_INDEX
      .map((entry) => ({ entry, head: (entry[1] + " " + entry[2]).toLocaleLowerCase("sv"), all: entry.join(" ").toLocaleLowerCase("sv") }))
      .filter(({ all }) => has(all, query))
      .sort((a, b) => has(b.head, query) - has(a.head, query))
      .slice(0, 20)
      .map(({ entry }) => entry);

    const show = () => {
      const query = words(input.value);
      if (!query.length || input.value.trim().length < 2) { close(); return; }
      const found = find(query);
      status.textContent = found.length === 1 ? "1 träff" : found.length + " träffar";
      results.innerHTML = found.length
        ? "<ul>" + found.map(([address, heading, chapter, text]) =>
          `<li><a href="${escape(address)}"><strong>${escape(heading)}</strong>${heading === chapter ? "" : escape(chapter) + ". "}${snippet(text, query)}</a></li>`).join("") + "</ul>"
        : "<p>Inga träffar.</p>";
    };
    const close = () => { results.innerHTML = ""; status.textContent = ""; };

    form.hidden = false;
    input.addEventListener("input", show);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show();
      const first = results.querySelector("a");
      if (first) first.focus();
    });
    by("tools").addEventListener("keydown", (event) => {
      const links = [input, ...results.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { close(); input.focus(); }
      if (at >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp") && links.length > 1) {
        event.preventDefault();
        links[(at + (event.key === "ArrowDown" ? 1 : links.length - 1)) % links.length].focus();
      }
    });
    document.addEventListener("click", (event) => { if (!by("tools").contains(event.target)) close(); });
    results.addEventListener("click", (event) => { if (event.target.closest("a")) close(); });
  }

  // The portal's list of books, and the run's table of units.
  const filter = by("filter");
  if (filter) {
    const input = filter.querySelector("input");
    const failed = by("filter-failed");
    const listed = [...document.querySelectorAll("[data-search]")];
    filter.hidden = false;
    filter.addEventListener("submit", (event) => event.preventDefault());
    filter.addEventListener("input", () => {
      const query = words(input.value);
      for (const one of listed) one.hidden = !has(one.dataset.search, query) || (failed?.checked && !("failed" in one.dataset));
      for (const group of document.querySelectorAll("section.level")) group.hidden = !group.querySelector("li:not([hidden])");
      const count = listed.filter((one) => !one.hidden).length;
      by("filter-status").textContent = `${count} ${count === 1 ? filter.dataset.one : filter.dataset.many} visas`;
    });
  }
})();
