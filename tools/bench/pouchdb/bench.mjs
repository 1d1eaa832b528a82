// PouchDB replicates the same records as Outpost on the same machine; prints what it took as one line of JSON.
//
//   node bench.mjs RECORDS WRITES
//
// RECORDS has one document a line. Everything is measured with the default batch size and with one ten times as large,
// each on a new database; of both, the better figure counts.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import PouchDB from "pouchdb";

const QUIET_TIMES = 20;
const BATCHES = [100, 1000];

const [records, writes] = process.argv.slice(2);
const home = await mkdtemp(join(tmpdir(), "outpost-pouchdb-"));
const here = dirname(fileURLToPath(import.meta.url));
const server = spawn(process.execPath, [join(here, "server.mjs"), records, home], {
  stdio: ["ignore", "pipe", "inherit"],
});

async function seconds(work) {
  const begun = process.hrtime.bigint();
  const answer = await work();
  return [Number(process.hrtime.bigint() - begun) / 1e9, answer];
}

/** What one device takes that asks for `batch_size` documents at a time, in rounds of both directions. */
async function device(address, batch_size) {
  const options = { batch_size };
  const work = async (database, name) => {
    for (let number = 0; number < Number(writes); number += 1) {
      await database.put({ _id: `note:${batch_size}:${name}:${number}`, kind: "note", text: `note ${number}` });
    }
  };
  // In one direction at a time, on a device of its own. The first time up, all that came down is compared.
  const oneWay = new PouchDB(join(home, `one-way-${batch_size}`));
  const up = async (name) => {
    await work(oneWay, name);
    const [took, went] = await seconds(() => PouchDB.replicate(oneWay, address, options));
    if (went.docs_written !== Number(writes)) throw new Error(`${went.docs_written} of ${writes} went up`);
    return took;
  };
  const [down] = await seconds(() => PouchDB.replicate(address, oneWay, options));
  const firstUp = await up("first");
  const laterUp = await up("later");
  await oneWay.close();

  const local = new PouchDB(join(home, `device-${batch_size}`));
  const round = () => seconds(() => PouchDB.sync(local, address, options));
  const [first, came] = await round();
  const quiet = [];
  for (let time = 0; time < QUIET_TIMES; time += 1) quiet.push((await round())[0]);
  quiet.sort((a, b) => a - b);
  await work(local, "round");
  const [upload, went] = await round();
  if (went.push.docs_written !== Number(writes)) throw new Error(`${went.push.docs_written} of ${writes} went up`);
  await local.close();
  const rows = came.pull.docs_written;
  return { batch_size, rows, first, quiet: quiet[QUIET_TIMES >> 1], upload, down, firstUp, laterUp };
}

try {
  const [address] = await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once("line", (line) => resolve([line]));
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const devices = [];
  for (const batch of BATCHES) devices.push(await device(address, batch));
  const best = (pick) => Math.min(...devices.map(pick));
  const version = PouchDB.version;
  console.log(
    JSON.stringify({
      version,
      rows: devices[0].rows,
      first_seconds: best((each) => each.first),
      quiet_seconds: best((each) => each.quiet),
      upload_seconds: best((each) => each.upload),
      down_seconds: best((each) => each.down),
      first_up_seconds: best((each) => each.firstUp),
      up_seconds: best((each) => each.laterUp),
    }),
  );
} finally {
  server.kill();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
