// Shows how far an import is, as the server tells it. Without it the page loads itself again every few seconds.
"use strict";

const state = document.getElementById("state");
const rows = document.getElementById("rows");
const bar = document.getElementById("bar");
const source = new EventSource(rows.dataset.events);

source.addEventListener("message", (event) => {
  const progress = JSON.parse(event.data);
  const word = state.querySelector("b");
  word.textContent = progress.status;
  word.nextSibling.textContent = `, ${progress.created} books, by ${state.dataset.owner}`;
  bar.max = Math.max(progress.total, 1);
  bar.value = progress.done;
  rows.textContent = `${progress.done} of ${progress.total} rows`;
  if (progress.ended) {
    source.close();
    document.getElementById("going").hidden = true;
    document.getElementById("message").textContent = progress.message;
    document.querySelector("[role=status]").textContent = `The import is ${progress.status}.`;
  }
});
