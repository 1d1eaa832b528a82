/** All messages as functions: `m.save()`, `m.sync_waiting({ count: 3 })`. They follow the language at once. */
export { m } from "../../paraglide/messages.js";
