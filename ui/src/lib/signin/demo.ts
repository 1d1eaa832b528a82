/** What a demo headquarters says below its name: who can be signed in as, and the password that all of them have. */

import { m } from "$lib/messages";

export interface Demo {
  people: { login: string; role: string }[];
  password: string;
}

const roles: Record<string, () => string> = {
  engineer: m.signin_role_engineer,
  clerk: m.signin_role_clerk,
  dispatcher: m.signin_role_dispatcher,
  manager: m.signin_role_manager,
  finance: m.signin_role_finance,
  admin: m.signin_role_admin,
};

/** The company's name alone. */
export const companyOf = (text: string): string => text.split("\n", 1)[0] ?? "";

/** `Demo: li.wei (engineer), ma.chao (admin) · password`, as lines after the name; null when there is none. */
export function demoOf(text: string): Demo | null {
  const line = text.split("\n").find((each) => each.startsWith("Demo:"));
  const password = line?.split(" · ").at(-1)?.trim();
  if (!line || !password) return null;
  const found = [...line.matchAll(/([\w.@-]+) \((\w+)\)/g)].map(([, login = "", role = ""]) => ({
    login,
    role: roles[role]?.() ?? role,
  }));
  // One of each role is enough to try everything.
  const people = found.filter((person, index) => found.findIndex((other) => other.role === person.role) === index);
  return people.length > 0 ? { people, password } : null;
}
