// A photo, a signature or a file: first its bytes, then the command that names them.

import { attempt, give } from "$lib/base/give";
import { door } from "$lib/door";
import type { Purpose } from "$lib/types";

export interface Place {
  ticketId: string;
  stepId: string | null;
  /** The demand that it answers; empty if none. */
  demand: string;
}

/** Whether it was attached. */
export async function attach(bytes: Blob, purpose: Purpose, place: Place, name: string): Promise<boolean> {
  const stored = await attempt(() => door.storeFile(bytes, purpose));
  if (!stored) return false;
  const given = await give({
    name: "AttachFile",
    payload: {
      ticket_id: place.ticketId,
      step_id: place.stepId,
      demand: place.demand,
      purpose,
      sha256: stored.sha256,
      thumbnail_sha256: stored.thumbnail_sha256,
      media_type: stored.media_type,
      size_bytes: stored.size_bytes,
      width: stored.width,
      height: stored.height,
      taken_at: stored.taken_at,
      latitude: stored.latitude,
      longitude: stored.longitude,
      name,
    },
  });
  return given !== null;
}
