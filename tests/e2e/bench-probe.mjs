import { launch } from "./harness/browser.mjs";
import { Device } from "./harness/company.mjs";
const undo=[]; const t={after:(w)=>undo.push(w)};
try {
  const device = new Device(t, "/work/tmp/figures/r600");
  const address = await device.serve();
  const browser = await launch(t);
  const page = await (await browser.newContext({viewport:{width:1440,height:900},locale:"en-GB"})).newPage();
  await page.addInitScript(() => {
    globalThis.F=[]; const note=(m)=>{ const g=document.querySelector('[role=grid]'); let blank=null, n=0;
      if(g){ const rows=[...g.querySelectorAll('.body .row')]; n=Number(g.ariaRowCount); if(rows.length){ const top=g.scrollTop, h=g.clientHeight-36; const f=rows[0].offsetTop, l=rows.at(-1).offsetTop+36; blank = f>top || (l<top+h && l < (n-1)*36-1); blank=blank?[f,l,top,h]:null; globalThis.T??=m; } }
      F.push({m,n,blank}); requestAnimationFrame(note);} ; requestAnimationFrame(note);
  });
  await page.goto(`${address}/#/stock`);
  await page.waitForFunction(()=>Number(document.querySelector('[role=grid]')?.ariaRowCount)>1);
  await page.mouse.move(480,450);
  const b=performance.now(); while(performance.now()-b<6000){ await page.mouse.wheel(0, 1100); await new Promise(r=>setTimeout(r,12)); }
  const F=await page.evaluate(()=>F);
  const first=F.find(f=>f.n>1).m;
  console.log('complete after ms', F.find(f=>f.n>10000)?.m-first, 'frames', F.length, 'blank', F.filter(f=>f.blank).length, JSON.stringify(F.filter(f=>f.blank).slice(0,3)));
  const gaps=F.slice(1).map((f,i)=>({at:Math.round(f.m-first),gap:Math.round(f.m-F[i].m),n:f.n})).filter(g=>g.at>0&&g.gap>40);
  console.log(JSON.stringify(gaps));
} finally { for (const w of undo.reverse()) await w(); }
