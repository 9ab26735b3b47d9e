// Shows how far an import is, as the server tells it. Without it the page loads itself again every few seconds.
"use strict";

const rows = document.getElementById("rows");
const state = document.getElementById("state");
const word = state.querySelector("b");
const bar = document.getElementById("bar");
const source = new EventSource(rows.dataset.events);

source.addEventListener("message", (event) => {
  const progress = JSON.parse(event.data);
  word.textContent = progress.status;
  word.nextSibling.textContent = `, ${progress.created} books, by ${state.dataset.owner}`;
  bar.max = Math.max(progress.total, 1);
  bar.value = progress.done;
  rows.textContent = `${progress.done} of ${progress.total} rows`;
  if (progress.ended) {
    source.close();
    window.location.reload();
  }
});
