/** Where a map of this device's kind begins a route. The window opens only what src-tauri/capabilities names. */
export function navigationLink(
  place: { latitude: number | null; longitude: number | null; address: string },
  agent: string = navigator.userAgent,
): string {
  const { latitude, longitude, address } = place;
  const point = latitude !== null && longitude !== null ? `${latitude},${longitude}` : null;
  const words = encodeURIComponent(address);
  if (/Android/i.test(agent)) return point ? `geo:${point}?q=${point}(${words})` : `geo:0,0?q=${words}`;
  if (/iPhone|iPad|Macintosh/i.test(agent)) return `https://maps.apple.com/?daddr=${point ?? words}`;
  return point
    ? `https://www.openstreetmap.org/directions?to=${encodeURIComponent(point)}`
    : `https://www.openstreetmap.org/search?query=${words}`;
}
