// Which kinds of records each question rests on, so that a change notice asks again only what it concerns.

import type { Kind, Questions } from "$lib/types";

const ticket: Kind[] = ["ticket", "step", "site", "device", "customer", "user", "stock_level", "attention"];

export const kindsOf: Record<keyof Questions, Kind[]> = {
  AskSession: ["user", "role", "region", "stock_location", "workflow", "replica"],
  AskToday: ticket,
  AskTicket: [...ticket, "event", "attachment", "stock_movement", "part", "contact", "workflow"],
  AskDevice: [...ticket, "device_model", "part", "stock_movement", "tag"],
  AskCode: [...ticket, "part", "tag", "stock_location"],
  AskStock: ["part", "stock_level", "stock_location", "stock_movement"],
  AskPart: ["part", "stock_level", "stock_location", "stock_movement", "tag"],
  AskAttention: ["attention", "ticket"],
  AskSync: ["attention"],
  AskReady: [...ticket, "part", "replica"],
  AskBoard: [...ticket, "region"],
  AskSearch: ["ticket", "device", "part", "site", "customer", "user", "contact", "device_model", "stock_location"],
  AskReplicas: ["replica", "attention", "user"],
  AskList: [
    "region",
    "role",
    "user",
    "customer",
    "contact",
    "site",
    "device_model",
    "device",
    "tag",
    "workflow",
    "part",
    "stock_location",
    "replica",
    "ticket",
  ],
};

export const allKinds: Kind[] = [...new Set(Object.values(kindsOf).flat())];
