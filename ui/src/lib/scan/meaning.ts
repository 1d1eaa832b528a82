// What codes mean, in words.

import { door } from "$lib/door";
import { m } from "$lib/messages";
import { bilingual, named } from "$lib/messages/words";
import type { AskCode, FoundCode, Gs1, Meaning } from "$lib/types";

/** A code as it was read, or as it was typed. */
export type Code = FoundCode | string;

export const textOf = (code: Code) => (typeof code === "string" ? code : code.text);

function asked(code: Code): AskCode {
  if (typeof code === "string") return { code };
  return { code: code.text, format: code.format, is_gs1: code.is_gs1 };
}

export const lookUp = (code: Code): Promise<Meaning> => door.query("AskCode", asked(code));

/** As many at a time: a hundred questions at once would only stand in a queue. */
const AT_ONCE = 10;

/** The meanings of many codes, in their order. */
export async function lookUpAll(codes: Code[]): Promise<Meaning[]> {
  const found: Meaning[] = [];
  for (let at = 0; at < codes.length; at += AT_ONCE) {
    found.push(...(await Promise.all(codes.slice(at, at + AT_ONCE).map(lookUp))));
  }
  return found;
}

/** What a code turned out to be, as a title. */
export function titleOf(meaning: Meaning): string {
  switch (meaning.meaning) {
    case "device":
      return named(meaning.device);
    case "devices":
      return m.scan_several_devices({ count: meaning.devices.length });
    case "part":
      return named(meaning.row.part);
    case "stock_location":
      return bilingual(meaning.name, meaning.name_en);
    case "ticket":
      return meaning.ticket.number;
    case "sign_off":
      return m.scan_is_sign_off({ number: meaning.ticket.number });
    case "enrolment":
      return m.scan_is_enrolment();
    case "other_company":
      return m.scan_other_company({ company: meaning.company });
    case "link":
      return m.scan_is_link();
    case "newer":
      return m.newer_choice();
    case "unknown":
      return m.scan_unknown();
  }
}

/** A little more than the title, for a list. */
export function detailOf(meaning: Meaning): string {
  switch (meaning.meaning) {
    case "device":
      return [meaning.device.number, named(meaning.site)].filter(Boolean).join(" · ");
    case "part":
      return [meaning.row.part.number, ...batchOf(meaning.gs1)].join(" · ");
    case "ticket":
    case "sign_off":
      return meaning.ticket.title;
    case "link":
      return meaning.host;
    case "unknown":
    case "devices":
    case "other_company":
      return meaning.shown;
    default:
      return "";
  }
}

function batchOf(gs1: Gs1 | null): string[] {
  return [
    ...(gs1?.batch ? [m.gs1_of_batch({ batch: gs1.batch })] : []),
    ...(gs1?.serial ? [m.gs1_of_serial({ serial: gs1.serial })] : []),
  ];
}
