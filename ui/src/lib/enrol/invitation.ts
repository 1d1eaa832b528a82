/** Whether a scanned text can be an invitation to enrol. */
export function isInvitation(text: string): boolean {
  return /^outpost:\/\/enrol\?/i.test(text.trim()) || /^https?:\/\/\S+\/enrol#\S+/i.test(text.trim());
}

/** What a device would most likely be called, by what its browser says of it. */
export function likelyName(agent: string): string {
  if (/iPad/i.test(agent)) return "iPad";
  if (/iPhone/i.test(agent)) return "iPhone";
  if (/Android/i.test(agent)) return /Mobile/i.test(agent) ? "Android phone" : "Android tablet";
  if (/Windows/i.test(agent)) return "Windows";
  if (/Macintosh/i.test(agent)) return "Mac";
  return "Linux";
}
