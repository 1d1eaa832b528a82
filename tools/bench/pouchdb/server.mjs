// A server for PouchDB with LevelDB behind it, filled from a file of records before it listens. Prints its address.
//
//   node server.mjs RECORDS FOLDER

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchDB from "pouchdb";

const [file, folder] = process.argv.slice(2);
const Server = PouchDB.defaults({ prefix: `${folder}/` });
const database = new Server("company");

let batch = [];
for await (const line of createInterface({ input: createReadStream(file) })) {
  batch.push(JSON.parse(line));
  if (batch.length === 5000) {
    await database.bulkDocs(batch);
    batch = [];
  }
}
if (batch.length > 0) await database.bulkDocs(batch);

const app = express();
// Only what replication asks for; sign-in, design documents and pages are left out, which makes it no slower.
app.use(
  expressPouchDB(Server, {
    mode: "minimumForPouchDB",
    inMemoryConfig: true,
    logPath: `${folder}/log.txt`,
  }),
);
const listening = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${listening.address().port}/company`);
});
