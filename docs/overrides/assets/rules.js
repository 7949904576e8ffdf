// The box above the catalogue of rules: what is typed there leaves the entries whose names contain it.  Without it all are shown.
(function () {
  "use strict";
  const box = document.getElementById("rules-filter");
  if (!box) return;
  const input = box.querySelector("input"), status = box.querySelector("[role=status]");
  const names = [...document.querySelectorAll("p.rules")];               // each: the title of a group and the links to its entries

  // What lies between a heading and the next of its level or above.
  const below = (heading, end) => {
    const found = [];
    for (let each = heading.nextElementSibling; each && !each.matches(end); each = each.nextElementSibling) found.push(each);
    return found;
  };
  const entries = [...document.querySelectorAll("h3.rule")].map(heading => ({
    heading, name: heading.id.replace(/^rule-/, ""), parts: [heading, ...below(heading, "h2, h3")],
  }));
  const groups = names.map(line => {
    const links = [...line.querySelectorAll('a[href^="#rule-"]')];
    const heading = document.getElementById(line.querySelector("a").hash.slice(1));
    const intro = below(heading, "h2, h3");
    return { line, links, parts: [heading, ...intro, line] };
  });

  function narrow() {
    const asked = input.value.trim().toLowerCase().replace(/^mg\./, "");
    const fits = name => name.includes(asked);
    let shown = 0;
    for (const entry of entries) {
      const hidden = !fits(entry.name);
      entry.parts.forEach(part => { part.hidden = hidden; });
      shown += !hidden;
    }
    for (const group of groups) {
      group.links.forEach(link => { link.hidden = !fits(link.hash.slice("#rule-".length)); });
      const hidden = group.links.every(link => link.hidden);
      group.parts.forEach(part => { part.hidden = hidden; });
    }
    status.textContent = `${shown} / ${entries.length}`;
  }

  function jump(event) {                   // Enter leads to the first entry that is left, Escape shows all again
    if (event.key === "Escape") input.value = "";
    else if (event.key !== "Enter" || event.isComposing) return;
    narrow();
    const exact = entries.find(entry => entry.name === input.value.trim().toLowerCase());
    const first = exact || entries.find(entry => !entry.heading.hidden);
    if (event.key === "Enter" && first) location.hash = first.heading.id;
  }

  function reveal() {                      // a link to an entry that is hidden
    const target = entries.find(entry => `#${entry.heading.id}` === decodeURIComponent(location.hash));
    if (!target || !target.heading.hidden) return;
    input.value = "";
    narrow();
    target.heading.scrollIntoView();
  }

  box.hidden = false;
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", jump);
  window.addEventListener("hashchange", reveal);
  narrow();                                // a browser may have kept what was typed before
})();
