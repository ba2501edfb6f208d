/// The style of the HTML report.
enum PageStyle {
  static let css = """
    :root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --soft: #6a7077; --line: #d8dce0;
      --error: #b3261e; --warning: #8a5a00; --note: #00617a; --ok: #1b6e2f; --bar: #5b7fa6; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e6e9; --paper: #16181b; --soft: #9aa1a9;
      --line: #34393f; --error: #ff8a80; --warning: #ffc35c; --note: #6fd0ea; --ok: #7bd88f; --bar:
        #7fa3cc; } }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
    main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.5rem; }
    h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1rem; margin: 0 0 .25rem; }
    code { font: .95em ui-monospace, monospace; overflow-wrap: anywhere; }
    .verdict { font-size: 1.15rem; font-weight: 600; margin: .25rem 0; } .facts, .why, .also, footer {
      color: var(--soft); }
    article { border-left: 4px solid var(--line); padding: .5rem 1rem; margin: 1rem 0; } article p {
      margin: .15rem 0; }
    article.error { border-color: var(--error); } article.warning { border-color: var(--warning); }
    article.note { border-color: var(--note); }
    p.error, p.verdict.error, article.error h2, tr.error td:first-child { color: var(--error); }
    p.verdict.warning, article.warning h2, tr.warning td:first-child { color: var(--warning); }
    p.verdict.note, article.note h2, tr.note td:first-child { color: var(--note); }
    p.verdict.ok, tr.ok td:first-child { color: var(--ok); }
    section + section { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 2rem; }
    section > h2 { margin-top: 2rem; } .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; }
    th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line);
      white-space: nowrap; }
    td.n { font-variant-numeric: tabular-nums; } svg path { fill: var(--bar); }
    svg.plot { width: 100%; min-width: 40rem; height: auto; } svg.plot text { font-size: 11px; fill:
      var(--soft); }
    svg .band { fill: var(--ok); opacity: .08; } svg path.axis { stroke: var(--line); fill: none; }
    svg path.line { fill: none; stroke-width: 1.2; opacity: .6; } .forward { color: var(--bar); }
    .gradient { color: var(--warning); } svg .forward path.line { stroke: var(--bar); }
    svg .forward circle { fill: var(--bar); } svg .gradient path.line { stroke: var(--warning); }
    svg .gradient path.mark { fill: var(--warning); }
    svg text { font-size: 9px; fill: var(--soft); } svg.curve path.line { stroke: var(--bar); opacity: 1; }
    svg.curve circle { fill: var(--bar); } summary h1 { display: inline; } summary { cursor: pointer; }
    .ok { color: var(--ok); } a { color: inherit; }
    svg path.limit { stroke: var(--soft); stroke-dasharray: 3 3; fill: none; } footer { margin-top: 3rem; }
    """
}
