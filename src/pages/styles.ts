/** One style sheet for all pages: light and dark, 320 px and up, forced colours, print; no image, font or script. */
export const styles = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --ground: #f6f8fa; --card: #fff; --line: #d0d7de;
  --good: #1a7f37; --bad: #b42318; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b1; --ground: #0d1117; --card: #161b22;
  --line: #30363d; --good: #4ac26b; --bad: #ff8177; --link: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: clamp(1rem, 5vw, 3rem) 1rem; }
main.wide { max-width: 72rem; }
header p { margin: 0; color: var(--soft); }
h1 { margin: .25rem 0 1rem; font-size: clamp(1.4rem, 5vw, 2rem); line-height: 1.2; }
h2 { margin: 2rem 0 .5rem; font-size: 1.15rem; }
section, .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
section h2 { margin-top: 0; }
section + section { margin-top: 1rem; }
.way { display: flex; list-style: none; gap: .5rem; margin: 0 0 1rem; padding: 0; }
.way li { flex: 1; min-width: 0; padding: .75rem .5rem; border: 2px solid var(--line); border-radius: .5rem;
  text-align: center; overflow-wrap: anywhere; }
.way b, .way span { display: block; }
.way .good { border-color: var(--good); }
.way .good span { color: var(--good); }
.way .bad { border-color: var(--bad); border-style: dashed; }
.way .bad span { color: var(--bad); font-weight: 600; }
.way .unknown span { color: var(--soft); }
dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .9rem; }
@media (max-width: 30rem) { .way { flex-direction: column; } .way b, .way span { display: inline; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
a { color: var(--link); }
.button { display: inline-block; padding: .5rem 1rem; border: 2px solid var(--link);
  border-radius: .5rem; font-weight: 600; text-decoration: none; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
footer { margin-top: 1.5rem; }
.note { color: var(--soft); }
`;
