/** Hands a file to the person by way of the browser's downloads. */
export function download(name: string, content: Blob | string, mediaType = "text/csv;charset=utf-8"): void {
  const blob = typeof content === "string" ? new Blob([content], { type: mediaType }) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers read the address only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 30_000);
}
