/**
 * Styles of all pages: colours for light and dark, type, focus, print, forced colours. The operator's PAGE_CSS comes after
 * them and may redefine the custom properties.
 */
export const styles = `
:root {
  color-scheme: light dark;
  --ink: #1d1c1a; --soft: #5d5851; --ground: #f6f4f0; --card: #fff; --line: #d8d3ca;
  --good: #1c6b41; --bad: #b0271b; --bad-ground: #fdf0ee; --accent: #2a4a9c; --on-accent: #fff;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #eeebe5; --soft: #b0aaa0; --ground: #171614; --card: #211f1d; --line: #423e39;
    --good: #74cf9b; --bad: #ff9385; --bad-ground: #33201d; --accent: #a3bcff; --on-accent: #14161d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; border-block-start: .3rem solid var(--accent); background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, "Noto Sans", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: clamp(1rem, 6vh, 4rem) clamp(1rem, 5vw, 2rem) 2rem; }
header { display: flex; align-items: center; gap: .75rem; margin-block-end: 2rem; font-weight: 600; }
header img { max-height: 2.5rem; max-width: 10rem; }
header p { margin: 0; overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: clamp(1.5rem, 1rem + 2.6vw, 2.25rem); line-height: 1.2;
  overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 0 0 .5rem; font-size: 1.05rem; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
section { margin-block-start: 1.25rem; padding: 1.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; }
section > :last-child { margin-block-end: 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
button, .button { display: inline-block; padding: .55rem 1.2rem; border: 2px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none;
  cursor: pointer; }
button { padding: .3rem .9rem; background: none; color: var(--accent); }
button:hover, .button:hover { text-decoration: underline; }
code, dd { font-family: ui-monospace, "Noto Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .2rem 1.25rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; color: var(--ink); }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-block-end: .5rem; } }
[hidden] { display: none; }
@media print { :root { color-scheme: light; --ink: #000; --soft: #333; --ground: #fff; --card: #fff; --accent: #000; }
  main { max-width: none; padding: 0; } .button, button { display: none; } section { break-inside: avoid; } }
`;
