/** Every kind of record that the console keeps, and who may change it. */

import { catalogue } from "./catalogue";
import { customers } from "./customers";
import { people } from "./people";
import { adminKinds, type AdminKind, type Shape } from "./shape";

export type { AdminKind, Choice, Field, Fields, Shape } from "./shape";
export { adminKinds } from "./shape";

export const shapes: Record<AdminKind, Shape> = { ...customers, ...catalogue, ...people };

export const isAdminKind = (value: string): value is AdminKind => (adminKinds as readonly string[]).includes(value);
