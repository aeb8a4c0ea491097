/** How the report looks: light, dark, and on paper. */
export const STYLE = `:root {
  color-scheme: light dark;
  --back: #ffffff; --text: #1c2430; --faint: #5b6675; --line: #d9dee5;
  --panel: #f5f7f9; --good: #18794e; --open: #9a5b00; --bad: #b42318;
  --down: #f6d9d5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161c; --text: #e4e9f0; --faint: #98a4b3; --line: #303945;
    --panel: #1a2028; --good: #4cc38a; --open: #f1a10d; --bad: #ff8477;
    --down: #4a2522;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header {
  display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center;
  justify-content: space-between; border-bottom: 2px solid var(--line);
  padding-bottom: 1rem;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
p { margin: .4rem 0; }
.badge {
  margin: 0; padding: .2rem .8rem; border-radius: 1rem; font-weight: 600;
  border: 1.5px solid currentColor; white-space: nowrap;
}
.good { color: var(--good); }
.open { color: var(--open); }
.bad { color: var(--bad); }
dl { margin: 0; border: 1px solid var(--line); border-radius: 6px; }
dl div { display: flex; gap: 1rem; padding: .4rem .8rem; }
dl div + div { border-top: 1px solid var(--line); }
dt { flex: 0 0 9.5rem; color: var(--faint); }
dd { flex: 1; margin: 0; min-width: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td {
  text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere;
}
th { color: var(--faint); font-weight: 600; background: var(--panel); }
td:first-child { font-weight: 600; }
.short { white-space: nowrap; }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
figure { margin: .5rem 0 1rem; }
svg { width: 100%; height: auto; display: block; font: 13px system-ui, "DejaVu Sans", sans-serif; }
svg text { fill: var(--text); }
svg .faint { fill: var(--faint); }
svg .down { fill: var(--down); }
svg .grid { stroke: var(--line); }
svg .bar.good { fill: var(--good); }
svg .bar.open { fill: var(--open); }
svg .bar.bad { fill: var(--bad); }
footer { margin-top: 2.5rem; color: var(--faint); font-size: .85rem; overflow-wrap: anywhere; }
@media (max-width: 36rem) { dl div { display: block; } }
@media print {
  :root {
    color-scheme: light;
    --back: #ffffff; --text: #000000; --faint: #444444; --line: #bbbbbb;
    --panel: #f2f2f2; --good: #18794e; --open: #9a5b00; --bad: #b42318;
    --down: #f3d5d0;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr, dl div, figure { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
}`;
