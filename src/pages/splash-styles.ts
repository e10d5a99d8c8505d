/** Styles of the failure page: heading, route picture, footer. */
export const splashStyles = `
h1 small { display: block; margin-block-end: .6rem; color: var(--soft); font-size: 1rem; font-weight: 500; }
h1 small b { margin-inline-end: .25rem; padding: .1rem .5rem; border: 1px solid; border-radius: .4rem; color: var(--bad);
  font-family: ui-monospace, "Noto Sans Mono", monospace; }
.lead { max-width: 40rem; font-size: 1.1rem; text-wrap: balance; }
i { font-style: normal; }
.way { display: flex; margin: 1.5rem 0 0; padding: 1.75rem .5rem 1.25rem; list-style: none; border: 1px solid var(--line);
  border-radius: .75rem; background: radial-gradient(var(--line) 1px, var(--card) 1.5px) 0 0 / 1.25rem 1.25rem; }
.way li { position: relative; flex: 1; min-width: 0; padding-inline: .25rem; text-align: center; }
.way b, .way span { position: relative; width: fit-content; margin-inline: auto; padding-inline: .4rem;
  background: var(--card); }
.way b { display: block; margin-block-start: .6rem; }
.way span { display: inline-block; font-size: .9rem; }
.way svg { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.icon { position: relative; width: 4rem; height: 4rem; padding: .9rem; border: 2px solid; border-radius: 1rem;
  background: var(--card); }
.leg { position: absolute; inset-block-start: 2rem; inset-inline: calc(2.6rem - 50%) calc(50% + 2.6rem);
  border-block-start: 3px solid var(--good); }
.leg svg { position: absolute; inset-block-start: -.95rem; inset-inline-start: calc(50% - .9rem); width: 1.8rem;
  height: 1.8rem; fill: var(--card); stroke-width: 2; }
.good .icon, .good span, .leg.good { color: var(--good); }
.bad .icon, .bad span, .leg.bad { color: var(--bad); }
.bad .icon { border-style: dashed; background: var(--bad-ground); }
.bad span { font-weight: 600; }
.refused .icon, .refused span { color: var(--accent); }
.refused span { font-weight: 600; }
.unknown .icon, .unknown span { color: var(--soft); }
.leg.bad { border-block-start: 3px dashed var(--bad); }
.leg.unknown { border-block-start: 3px dotted var(--soft); }
.links a { display: inline-block; margin-inline-end: 1rem; padding-block: .3rem; }
#wait { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin-block: 1rem 0; padding-block-start: 1rem;
  border-block-start: 1px solid var(--line); }
#wait[hidden] { display: none; }
#wait p { flex: 1 1 16rem; margin: 0; }
footer { margin-block-start: 1.5rem; color: var(--soft); font-size: .9rem; }
#copy { margin-block: .75rem 0; }
footer h2 { font-size: inherit; font-weight: 500; }
dd { user-select: all; }
@media (max-width: 34rem) {
  .way { flex-direction: column; gap: 2.25rem; padding: 1.25rem; }
  .way li { display: grid; grid-template-columns: 4rem 1fr; column-gap: .6rem; padding: 0; text-align: start; }
  .icon { grid-row: 1 / 3; }
  .way b, .way span { margin: 0; }
  .way b { align-self: end; }
  .leg { inset-block: -2.25rem auto; inset-inline: calc(2rem - 1.5px) auto; height: 2.25rem;
    border-block-start: 0; border-inline-start: 3px solid var(--good); }
  .leg.bad { border-block-start: 0; border-inline-start: 3px dashed var(--bad); }
  .leg.unknown { border-block-start: 0; border-inline-start: 3px dotted var(--soft); }
  .leg svg { inset-block-start: .225rem; inset-inline-start: calc(-.9rem - 1.5px); }
}
@media (forced-colors: active) { .way .icon { color: CanvasText; background: Canvas; } }
@media print { .way { background: none; } #wait { display: none; } }
`;
