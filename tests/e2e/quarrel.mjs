// A bad morning: an engineer works in a cellar while the dispatcher changes the same tickets, and the books of the van
// are wrong.

const list = { text: "", field: null, value: null, offset: 0, limit: 0 };

/** A device of zhang.lei whose work did not fit; from now on it and headquarters have matters of attention. */
export async function quarrel(company, session) {
  const device = await company.enrol("zhang.lei");
  const give = (name, payload) => device.field("command", JSON.stringify({ name, payload }));
  const { van } = await device.query("AskSession");
  const { mine, unassigned } = await device.query("AskToday", { position: null });
  const [cancelled, emptied] = mine;
  const [wanted] = unassigned;
  const shelf = { location_id: van.id, text: "", below_minimum: false, in_stock: true, offset: 0, limit: 1 };
  const { part, quantity } = (await device.query("AskStock", shelf)).rows[0];
  const use = { step_id: null, part_id: part.id, from_id: van.id };
  const { steps } = await device.query("AskTicket", { id: cancelled.id });
  const { step } = steps.find(({ step }) => step.state !== "done");

  if (step.state === "active") await give("PauseStep", { step_id: step.id, reason: "等待备件 Waiting for a part" });
  else await give("StartStep", { step_id: step.id });
  await give("UsePart", { ...use, ticket_id: cancelled.id, quantity: "1" });
  await give("AddNote", { ticket_id: cancelled.id, text: "门机皮带已更换 Door belt replaced" });
  await give("UsePart", { ...use, ticket_id: emptied.id, quantity });
  await give("ClaimTicket", { ticket_id: wanted.id });

  const people = await session.query("AskList", { ...list, kind: "user" });
  const colleague = people.records.map(({ record }) => record).find(({ login }) => login === "liu.yang");
  await session.command("CancelTicket", { ticket_id: cancelled.id, reason: "客户改期 Customer postponed" });
  const given = { from_engineer_id: null, engineer_id: colleague.id, planned_at: null };
  await session.command("AssignTicket", { ticket_id: wanted.id, ...given });
  await device.field("sync");
  return device;
}
