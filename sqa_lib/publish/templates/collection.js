// Searches authorities on the page, and units in a file that is loaded with the first letter typed.
"use strict";
(() => {
  const MOST = 60;
  const form = document.getElementById("collection");
  const input = form.querySelector("input");
  const status = document.getElementById("collection-status");
  const units = document.getElementById("units");
  const list = units.querySelector("ul");
  const authorities = [...document.querySelectorAll("#authorities li")].map((item) => ({
    item, text: item.textContent.toLocaleLowerCase("sv"),
  }));
  let index = null;

  const words = (text) => text.toLocaleLowerCase("sv").split(/\s+/).filter(Boolean);

  const loaded = new Promise((resolve, reject) => {
    input.addEventListener("input", () => {
      if (window.SQA_UNITS || document.getElementById("units-index")) return;
      const script = document.createElement("script");
      script.id = "units-index";
      script.src = "assets/units.js";
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  });
  loaded.then(() => {
    index = window.SQA_UNITS.map((unit) => ({ unit, text: `${unit[0]} ${unit[2]}`.toLocaleLowerCase("sv") }));
    show();
  }, () => { status.textContent = "Listan över skolenheter kunde inte läsas."; });

  function entry([name, href, authority]) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.className = "name";
    link.href = href;
    link.textContent = name;
    const area = document.createElement("span");
    area.className = "area";
    area.textContent = authority;
    item.append(link, " ", area);
    return item;
  }

  function show() {
    const asked = words(input.value);
    const fits = ({ text }) => asked.every((word) => text.includes(word));
    let shown = 0;
    for (const authority of authorities) {
      authority.item.hidden = !fits(authority);
      shown += authority.item.hidden ? 0 : 1;
    }
    const found = asked.length && index ? index.filter(fits) : [];
    list.replaceChildren(...found.slice(0, MOST).map(({ unit }) => entry(unit)));
    units.hidden = !found.length;
    const more = found.length > MOST ? `, de ${MOST} första visas` : "";
    const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    const schools = asked.length && index ? ` och ${count(found.length, "skolenhet", "skolenheter")}${more}` : "";
    status.textContent = asked.length ? `${count(shown, "huvudman", "huvudmän")}${schools}` : "";
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", show);
})();
