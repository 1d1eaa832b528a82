// Who can be given a ticket, in the order in which one looks for them.

import type { Crew, Region, Right, Role, User } from "$lib/types";

export interface Colleague {
  user: User;
  role: Role | undefined;
  region: Region | undefined;
  /** Their tickets that are not closed, as far as they are known here; null where too few are known to count. */
  load: number | null;
  /** Whether they see tickets of the ticket's region at all. */
  sees: boolean;
}

interface Known {
  /** Everybody active who may work on tickets. */
  crew: Crew[];
  roles: Role[];
  regions: Region[];
}

const SEES_ALL: Right = "see_all_regions";

/** A region and those above it. */
function above(regions: Region[], id: string): string[] {
  const path: string[] = [];
  for (let at: string | null = id; at !== null && !path.includes(at);) {
    path.push(at);
    at = regions.find((region) => region.id === at)?.parent_id ?? null;
  }
  return path;
}

/**
 * Everybody but oneself: those of the ticket's region, the like of oneself before managers and administrators, and who has
 * least to do before who has much; then the others, by name.
 */
export function colleagues(
  { crew, roles, regions }: Known,
  regionId: string,
  me: User | null,
): { near: Colleague[]; others: Colleague[] } {
  const seeing = above(regions, regionId);
  const known = crew
    .filter(({ user }) => user.active && user.id !== me?.id)
    .map(({ user, load }): Colleague => {
      const role = roles.find(({ id }) => id === user.role_id);
      const region = regions.find(({ id }) => id === user.region_id);
      const sees = seeing.includes(user.region_id) || (role?.rights.includes(SEES_ALL) ?? false);
      return { user, role, region, load: user.region_id === regionId ? load : null, sees };
    });
  const stranger = ({ user }: Colleague) => Number(user.role_id !== me?.role_id);
  const near = known
    .filter(({ user }) => user.region_id === regionId)
    .sort((left, right) => stranger(left) - stranger(right) || (left.load ?? 0) - (right.load ?? 0));
  const others = known
    .filter(({ user }) => user.region_id !== regionId)
    .sort((left, right) => Number(right.sees) - Number(left.sees));
  return { near, others };
}

/** Whether each of the words stands somewhere in what is said of a person. */
export function isFound({ user, role, region }: Colleague, words: string): boolean {
  const said = [user, role, region].flatMap((record) => (record ? [record.name, record.name_en] : []));
  const text = [...said, user.login, user.phone].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
