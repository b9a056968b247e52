"use strict";
const search = document.getElementById("search");
const only = document.getElementById("only");
const found = document.getElementById("found");
const rows = [...document.querySelectorAll("details")].map(row => ({
  row,
  name: row.id.replace("shape-", "").toLowerCase(),
  text: row.textContent.toLowerCase(),
}));
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, name, text } of rows) {
    const hit = words.every(word => name.includes(word) || text.includes(word));
    row.hidden = !hit || (only.checked && row.classList.contains("unbound"));
    shown += !row.hidden;
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector("details:not([hidden])");
  }
  found.textContent = words.length || only.checked ? shown + " found" : "";
}
function open() {
  const row = document.getElementById(location.hash.slice(1));
  if (row instanceof HTMLDetailsElement) {
    row.open = true;
    row.scrollIntoView();
  }
}
search.closest("p").hidden = false;
search.addEventListener("input", filter);
only.addEventListener("change", filter);
addEventListener("hashchange", open);
filter();
open();
