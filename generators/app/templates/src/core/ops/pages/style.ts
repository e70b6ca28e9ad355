/** The style of all pages: light and dark, from 320 px. */
export const STYLE = `
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --page: #fff; --text: #1d2125; --faint: #565f68; --line: #d4d8dd; --panel: #f5f6f8; --link: #0b5cad;
  --good: #1f7a44; --warn: #8a5300; --bad: #b3261e; --bar: #3b78b5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --text: #e6e8ea; --faint: #a7b0b9; --line: #3a4149; --panel: #1e2327; --link: #7fb8f5;
    --good: #6fcf97; --warn: #f2b866; --bad: #ff9a90; --bar: #6ea8e0;
  }
}
* { box-sizing: border-box }
body { background: var(--page); color: var(--text); margin: 0 auto; max-width: 76rem; padding: 0 1rem 2rem }
a { color: var(--link); overflow-wrap: anywhere }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
header { align-items: baseline; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: .75rem 0 }
header p { font-weight: 600; margin: 0; overflow-wrap: anywhere }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0 }
nav a { display: inline-block; padding: .25rem 0 }
nav [aria-current] { color: var(--text); font-weight: 600; text-decoration: none }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 1.25rem 0 .75rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem }
p { margin: .25rem 0 .75rem; max-width: 75ch }
small, .faint { color: var(--faint); font-size: .875rem }
code { background: var(--panel); border-radius: .2rem; font-size: .9em; overflow-wrap: anywhere; padding: .05rem .25rem }
.state { background: var(--panel); border-left: .4rem solid var(--good); padding: .6rem .9rem }
.state p:first-child { font-size: 1.15rem; font-weight: 600 }
.state p, .state ul { margin: 0 }
.state.warn { border-color: var(--warn) }
.state.bad { border-color: var(--bad) }
.state li { margin-top: .35rem }
dl.facts { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); margin: 1rem 0 }
dl.facts div { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .75rem }
dl.facts dt { color: var(--faint); font-size: .85rem }
dl.facts dd { font-size: 1.2rem; font-variant-numeric: tabular-nums; margin: 0; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top }
thead th { color: var(--faint); font-size: .85rem; font-weight: 400 }
td { font-variant-numeric: tabular-nums; min-width: 6rem }
tbody th { font-weight: 600; min-width: 7rem }
th small, h3 small { font-weight: 400 }
.good { color: var(--good) } strong.warn { color: var(--warn) } strong.bad { color: var(--bad) }
.window { display: block; margin-bottom: .25rem; min-width: 9rem }
.window svg { display: block; height: .5rem; width: 9rem; max-width: 100% }
.window rect { fill: var(--line) } .window rect + rect { fill: var(--bar) } .window.full rect + rect { fill: var(--warn) }
ul.plain { list-style: none; margin: 0; padding: 0 }
form { margin: 1rem 0 }
label { display: block; font-weight: 600; margin: .75rem 0 .2rem }
input, select, button { background: var(--page); border: 1px solid var(--faint); border-radius: .3rem; color: inherit; font: inherit; max-width: 100%; padding: .45rem .6rem }
input { width: 40rem }
button { background: var(--panel); cursor: pointer; font-weight: 600; margin: .75rem .5rem 0 0 }
button.first { background: var(--link); border-color: var(--link); color: var(--page) }
.hit { border: 1px solid var(--line); border-left: .3rem solid var(--bad); border-radius: .3rem; margin: .5rem 0; padding: .3rem .9rem }
.hit dl { display: grid; gap: .15rem 1rem; grid-template-columns: minmax(6rem, 12rem) 1fr; margin: .3rem 0 }
.hit dt { color: var(--faint) } .hit dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }
footer { color: var(--faint); font-size: .85rem; margin-top: 2rem }
@media (max-width: 50rem) {
  table, tbody, tr, td, tbody th { display: block }
  thead { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0 }
  td, tbody th { border: 0; padding: .1rem 0 }
  td[data-of]::before { color: var(--faint); content: attr(data-of) ': '; font-size: .875rem }
  td:empty { display: none }
  .hit dl { grid-template-columns: 1fr } .hit dd { margin-bottom: .3rem }
}
`
