/** Parts and devices as labels: what is printed, and which code stands for the thing. */

import { here } from "$lib/base/session.svelte";
import { door, restsOn } from "$lib/door";
import { m } from "$lib/messages";
import { locationKindWords, named } from "$lib/messages/words";
import { names } from "$lib/admin/names.svelte";
import type { AnyRecord, Device, Label, Part, StockLocation, Tag } from "$lib/types";
import type { Page } from "$lib/table/paged.svelte";
import type { Column } from "$lib/table/table";

export type LabelKind = "part" | "device" | "stock_location";

export interface Item {
  id: string;
  number: string;
  title: string;
  detail: string;
}

function ofPart(part: Part): Item {
  return { id: part.id, number: part.number, title: named(part), detail: part.category };
}

function ofDevice(device: Device): Item {
  const site = names.of("site", device.site_id);
  return {
    id: device.id,
    number: device.number,
    title: named(device),
    detail: [site, device.place].filter(Boolean).join(", "),
  };
}

function ofPlace(place: StockLocation): Item {
  const kind = locationKindWords[place.location_kind]();
  return { id: place.id, number: "", title: named(place), detail: kind };
}

function itemOf(any: AnyRecord): Item[] {
  if (any.kind === "part") return [ofPart(any.record)];
  if (any.kind === "device") return [ofDevice(any.record)];
  return any.kind === "stock_location" ? [ofPlace(any.record)] : [];
}

/** A page of what can be labelled. */
export async function items(kind: LabelKind, text: string, after: string | null, limit: number): Promise<Page<Item>> {
  if (kind === "device") await names.ready(["site"]);
  const page = await door.query("AskList", { kind, text: text.trim(), field: null, value: null, after, limit });
  return { rows: page.records.flatMap(itemOf), total: page.total, next: page.next, restsOn: restsOn(page) };
}

/** Those of certain ids, wherever they stand in the list. */
export async function itemsOf(kind: LabelKind, ids: string[]): Promise<Item[]> {
  const found = await Promise.all(
    ids.map((id) => door.query("AskList", { kind, text: "", field: "id", value: id, after: null, limit: 1 })),
  );
  return found.flatMap(({ records }) => records.flatMap(itemOf));
}

/** The code of a thing: a tag that is bound already, otherwise our own link, which every scanner of ours knows. */
async function tagOf(kind: LabelKind, id: string): Promise<string> {
  const page = await door.query("AskList", {
    kind: "tag",
    text: "",
    field: "target_id",
    value: id,
    after: null,
    limit: 100,
  });
  const tags = page.records.flatMap((any) => (any.kind === "tag" ? [any.record] : []));
  return (
    tags.map((tag: Tag) => tag.code).sort()[0] ?? `outpost://${kind === "stock_location" ? "location" : kind}/${id}`
  );
}

/** Whether labels of this kind, made here, also lead strangers to a page on which they report a fault. */
export const opensReports = (kind: LabelKind) => kind === "device" && here.session?.seat === "console";

/** Headquarters signs links for devices; what is printed elsewhere is understood by our own scanners alone. */
async function codesOf(kind: LabelKind, ids: string[]): Promise<string[]> {
  if (opensReports(kind)) return door.action({ name: "LabelLinks", ask: { device_ids: ids } });
  return Promise.all(ids.map((id) => tagOf(kind, id)));
}

/** The labels of what was chosen, each as often as wanted. */
export async function toLabels(kind: LabelKind, chosen: Item[], copies: number): Promise<Label[]> {
  const labels: Label[] = [];
  for (let at = 0; at < chosen.length; at += 20) {
    // A few at a time: a thousand questions at once would only stand in a queue.
    const some = chosen.slice(at, at + 20);
    const codes = await codesOf(
      kind,
      some.map(({ id }) => id),
    );
    some.forEach((item, index) => {
      const label = {
        code: codes[index] ?? "",
        title: item.title,
        detail: [item.number, item.detail].filter(Boolean).join(" · "),
      };
      for (let copy = 0; copy < copies; copy += 1) labels.push(label);
    });
  }
  return labels;
}

export function itemColumns(kind: LabelKind): Column<Item>[] {
  return [
    ...(kind === "stock_location"
      ? []
      : [{ key: "number", title: m.labels_number(), width: "128px", text: (item: Item) => item.number }]),
    { key: "title", title: m.labels_name(), width: "minmax(140px, 1fr)", text: (item) => item.title },
    {
      key: "detail",
      title: kind === "part" ? m.stock_column_category() : kind === "device" ? m.labels_detail() : m.labels_kind(),
      width: "minmax(120px, 1fr)",
      text: (item) => item.detail,
      tone: () => "quiet",
      minor: true,
    },
  ];
}
