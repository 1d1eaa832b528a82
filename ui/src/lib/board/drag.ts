/** A ticket on its way to a person. The type keeps other things that are dragged over the board out. */

const TYPE = "application/x-outpost-ticket";

export function take(event: DragEvent, ticketId: string): void {
  if (!event.dataTransfer) return;
  event.dataTransfer.setData(TYPE, ticketId);
  event.dataTransfer.effectAllowed = "move";
}

export const carries = (event: DragEvent) => event.dataTransfer?.types.includes(TYPE) ?? false;

export const dropped = (event: DragEvent) => event.dataTransfer?.getData(TYPE) || null;
