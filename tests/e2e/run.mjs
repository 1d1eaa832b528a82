// Makes the demo company once and runs the tests on copies of it: `node run.mjs [FILE…]`.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCompany } from "./harness/company.mjs";

const here = import.meta.dirname;
const company = await mkdtemp(join(tmpdir(), "outpost-company-"));
try {
  await makeCompany(company);
  const all = (await readdir(here)).filter((name) => name.endsWith(".test.mjs"));
  const files = process.argv.length > 2 ? process.argv.slice(2) : all.map((name) => join(here, name));
  const options = ["--test", "--test-concurrency=2", "--test-timeout=240000", "--test-reporter=spec"];
  const env = { ...process.env, OUTPOST_E2E_COMPANY: company };
  const [code] = await once(spawn(process.execPath, [...options, ...files], { stdio: "inherit", env }), "exit");
  process.exitCode = code ?? 1;
} finally {
  await rm(company, { recursive: true, force: true });
}
