/** Styles of the dump page: wide, with tables that scroll separately. */
export const dumpStyles = `
main { max-width: 80rem; }
header { margin-block-end: .5rem; color: var(--soft); }
dt, .note, caption, .why { color: var(--soft); font-size: .9rem; }
.both { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 0 1.25rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: start; }
th, td { padding: .35rem .75rem .35rem 0; border-block-end: 1px solid var(--line); text-align: start; vertical-align: top;
  font: .85rem/1.5 ui-monospace, "Noto Sans Mono", monospace; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-family: inherit; font-weight: 500; }
.fields { min-width: 48rem; table-layout: fixed; }
.fields th { width: 18%; font-weight: 600; }
.fields th:nth-child(2) { width: 30%; }
.fields th:nth-child(4) { width: 27%; }
.why { font-family: inherit; }
.why strong { color: var(--ink); }
.dropped td, .dropped th { color: var(--bad); }
.dropped td:nth-child(2) { text-decoration: line-through; }
.added td, .added th { color: var(--good); }
.changed td, .changed th { color: var(--accent); }
td.why { color: var(--soft); }
.same th { font-weight: 400; }
pre { margin: 0 0 .75rem; font: .85rem/1.5 ui-monospace, "Noto Sans Mono", monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }
@media screen and (max-width: 40rem) {
  .fields { min-width: 0; }
  .fields, caption, tbody, tr, tbody th, td { display: block; }
  thead { display: none; }
  tr { padding-block: .6rem; border-block-end: 1px solid var(--line); }
  tbody th, td { padding: 0; border: 0; }
  .fields tbody > tr > * { width: auto; }
  td::before { display: inline-block; white-space: pre; color: var(--soft); }
  td:nth-child(2)::before { content: "Received: "; }
  td:nth-child(3):not([colspan])::before { content: "To be sent: "; }
}
@media print { .fields { min-width: 0; } }
`;
