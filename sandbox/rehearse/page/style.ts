/** One style for screens of any width, in light and in dark, and for A4. No font, image or other file is asked for. */
export const style = `
:root{color-scheme:light dark;--paper:#fbfbfa;--card:#fff;--ink:#1b2126;--dim:#58626b;--line:#dfe3e6;--accent:#0b5c8a;
--up:#2f7d5b;--up-soft:#d6ece1;--pending:#9a5b00;--pending-soft:#fbe3b8;--down:#b3261e;--down-soft:#f8d3cf;--go:#1e6b49;--no-go:#a51d16;--unknown:#7a4a00;--band:#f1f3f4}
@media (prefers-color-scheme:dark){:root{--paper:#14181b;--card:#1b2024;--ink:#e8ecef;--dim:#a3adb5;--line:#333b41;--accent:#7cc4ee;
--up:#6fcf9f;--up-soft:#1d4534;--pending:#f1b656;--pending-soft:#533a0d;--down:#ff8f86;--down-soft:#5b1f1b;--go:#2c8059;--no-go:#b8332b;--unknown:#8f5b0a;--band:#22282c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums}
main,footer{max-width:1180px;margin:0 auto;padding:0 24px}
a{color:var(--accent);text-underline-offset:2px}
a:focus-visible,summary:focus-visible,input:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.verdict{color:#fff;background:var(--unknown);padding:36px 0 32px}
.verdict.go{background:var(--go)}.verdict.no-go{background:var(--no-go)}
.verdict>div{max-width:1180px;margin:0 auto;padding:0 24px}
.verdict .mark{font-size:14px;letter-spacing:.08em;text-transform:uppercase;margin:0}
.verdict h1{font-size:clamp(30px,5vw,46px);line-height:1.1;margin:6px 0 14px;font-weight:700;letter-spacing:-.015em}
.verdict p{max-width:72ch;margin:0;font-size:18px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:26px 0 0;padding:0}
.figures div{background:rgba(0,0,0,.24);border-radius:10px;padding:12px 14px}
.figures dt{font-size:13px}.figures dd{margin:2px 0 0;font-size:26px;font-weight:700;line-height:1.2}
nav{border-bottom:1px solid var(--line);background:var(--card)}
nav ol{max-width:1180px;margin:0 auto;padding:10px 24px;list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:14px}
main>section{margin:44px 0}
h2{font-size:24px;line-height:1.25;margin:0 0 14px;letter-spacing:-.01em}
h2 .number{color:var(--dim);font-weight:400;margin-right:.4em}
h3{font-size:17px;margin:26px 0 8px}
p,li{max-width:80ch}
.dim{color:var(--dim)}
code,pre,.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.88em}
code,.id{overflow-wrap:anywhere}
pre{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px;margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:15px}
.scroll table{min-width:660px}.control .list{overflow:auto}td.id{min-width:150px}.whole{white-space:nowrap;font-variant-numeric:tabular-nums}.operation{white-space:nowrap}.input{min-width:210px;overflow-wrap:anywhere;font-size:.88em;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
th,td{text-align:left;vertical-align:top;padding:9px 14px;border-bottom:1px solid var(--line)}
tr.before>td{border-bottom:0;padding-bottom:0}tr.unchanged>td,tr.before>td{color:var(--dim)}
tr:last-child>td,tr:last-child>th{border-bottom:0}
thead th{font-size:13px;color:var(--dim);font-weight:700;white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
tbody th{font-weight:700}
tr.read td{color:var(--dim)}
tr:target td,tr:target th{background:var(--pending-soft)}
.findings{list-style:none;padding:0;margin:0;display:grid;gap:8px}
.findings li{display:grid;grid-template-columns:5.6em 1fr;max-width:none;background:var(--card);border:1px solid var(--line);border-left:5px solid var(--dim);border-radius:8px;padding:10px 14px}
.findings .blocker{border-left-color:var(--down)}.findings .warning{border-left-color:var(--pending)}
.blocker strong{color:var(--down)}.warning strong{color:var(--pending)}.note strong{color:var(--dim)}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:0}
.facts dt{color:var(--dim)}.facts dd{margin:0;overflow-wrap:anywhere}
.loud{border:2px solid var(--pending);background:var(--pending-soft);border-radius:10px;padding:4px 20px}
figure{margin:0 0 18px}
figcaption{padding:12px 16px 0;font-weight:700}
svg{display:block;width:100%;min-width:820px;height:auto}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;fill:var(--ink)}
svg .faint{fill:var(--dim)}svg .grid{stroke:var(--line)}
svg .bg{fill:var(--band)}
.up{fill:var(--up-soft);stroke:var(--up)}.pending{fill:var(--pending-soft);stroke:var(--pending)}.down{fill:var(--down-soft);stroke:var(--down)}
svg .on-pending,svg .on-down{paint-order:stroke;stroke-width:5px;stroke-linejoin:round;font-weight:700}svg .on-pending{stroke:var(--pending-soft)}svg .on-down{stroke:var(--down-soft)}
.hatch-pending{fill:url(#hatch-pending)}.hatch-down{fill:url(#hatch-down)}
#hatch-pending path{stroke:var(--pending)}#hatch-down path{stroke:var(--down)}
.steps{fill:none;stroke:var(--accent);stroke-width:2.5}.minimum{stroke:var(--down);stroke-dasharray:5 4}
.tick-event{stroke:var(--dim)}.tick-read{stroke:var(--dim);opacity:.55}.tick-write{stroke:var(--accent);stroke-width:3}
.tick-failed{stroke:var(--down);stroke-width:3}
.cursor{stroke:var(--ink);stroke-width:1.5;visibility:hidden}.live .cursor{visibility:visible}
.legend{display:flex;flex-wrap:wrap;gap:6px 22px;list-style:none;padding:0;margin:0 0 14px;font-size:14px}
.legend li{display:flex;align-items:center;gap:8px}.legend svg{min-width:0;width:34px;height:16px;flex:none}.legend .tick{width:6px}
.control{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px;margin:0 0 18px}.control .list{max-height:42vh}
.control label{display:block;font-weight:700}.control input{width:100%;accent-color:var(--accent)}
.control table{font-size:14px}.control td,.control th{padding:5px 10px}
.diff .add{color:var(--up)}.diff .remove{color:var(--down)}.diff .place{color:var(--dim)}
summary{cursor:pointer;padding:6px 0}
footer{color:var(--dim);border-top:1px solid var(--line);padding-top:18px;padding-bottom:40px;font-size:14px}
@media (max-width:600px){main,footer,.verdict>div,nav ol{padding-left:16px;padding-right:16px}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:10px}
th,td{padding:8px 10px}.figures{grid-template-columns:1fr 1fr}.figures div:first-child{grid-column:span 2}.findings li{grid-template-columns:1fr}.verdict p{font-size:17px}main>section{margin:34px 0}}
@page{size:A4;margin:14mm 12mm 18mm;@bottom-left{content:"Rehearsed, not real";font:700 9pt system-ui,sans-serif;color:#a51d16}@bottom-right{content:counter(page) " of " counter(pages);font:9pt system-ui,sans-serif;color:#444}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--dim:#444;--line:#bbb;--accent:#0b5c8a;--up:#2f7d5b;--up-soft:#d6ece1;--pending:#9a5b00;--pending-soft:#fbe3b8;--down:#b3261e;--down-soft:#f8d3cf;--go:#1e6b49;--no-go:#a51d16;--unknown:#7a4a00;--band:#f1f3f4}
body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main,footer,.verdict>div{max-width:none;padding:0}.verdict{padding:6mm;border-radius:3mm}.verdict p{font-size:11.5pt}.figures{grid-template-columns:1.3fr 1.3fr .8fr 1fr 1.3fr;gap:2mm}.figures div{padding:2mm 3mm}.figures dt{font-size:8pt}.figures dd{font-size:13.5pt;white-space:nowrap}
nav,.control,details{display:none}main>section{margin:8mm 0}.scroll{overflow:visible;border:0}figure .scroll{border:1px solid var(--line)}svg{min-width:0}svg text{font-size:14px}.legend svg{width:34px}.legend .tick{width:6px}.scroll table{min-width:0}td.id,.input{min-width:0}
figure,.findings li,tr{break-inside:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}
table{font-size:8.5pt}th,td{padding:1mm 1.4mm}td,tbody th{overflow-wrap:anywhere}thead th{white-space:normal;overflow-wrap:normal;border-bottom:1px solid var(--dim)}td.operation{overflow-wrap:normal}#calls td,#calls th{font-size:7.5pt}td.number,th.number{white-space:normal}pre{font-size:7.5pt}}
`;
