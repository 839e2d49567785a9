"use strict";

// Filters each table of errors by its own fields. Without this script the fields stay hidden and all errors are shown.
for (const filter of document.querySelectorAll("fieldset[data-table]")) {
  const rows = document.getElementById(filter.dataset.table).tBodies[0].rows;
  const fields = filter.elements;
  const status = filter.querySelector("[role=status]");

  const folded = (text) => text.normalize("NFKC").toLowerCase();
  const texts = Array.from(rows, (row) => folded(row.cells[0].textContent));

  const apply = () => {
    const wanted = folded(fields.namedItem("text").value);
    const least = fields.namedItem("confidence").valueAsNumber || 0;
    const trueLabel = fields.namedItem("true").value;
    const predicted = fields.namedItem("predicted").value;
    let shown = 0;
    Array.from(rows).forEach((row, i) => {
      const matches = texts[i].includes(wanted)
        && Number(row.dataset.confidence) >= least
        && (trueLabel === "" || row.dataset.true === trueLabel)
        && (predicted === "" || row.dataset.predicted === predicted);
      row.hidden = !matches;
      shown += matches ? 1 : 0;
    });
    status.textContent = shown + " of " + rows.length + " listed errors match";
  };

  filter.addEventListener("input", apply);
  filter.querySelector("button").addEventListener("click", () => {
    filter.querySelectorAll("input, select").forEach((field) => { field.value = ""; });
    apply();
  });
  filter.hidden = false;
  apply(); // a browser may have kept what was typed before a reload
}

// On paper nothing can be opened.
addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((details) => { details.open = true; });
});
