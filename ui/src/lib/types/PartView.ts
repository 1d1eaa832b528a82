// Written by `./dev generate` from the Rust types. Do not edit.
import type { LevelView } from "./LevelView";
import type { MovementView } from "./MovementView";
import type { Stand } from "./Stand";
import type { StockRow } from "./StockRow";
import type { Tag } from "./Tag";

/**
 * One part with all that belongs to it.
 */
export type PartView = { 
/**
 * The part, with all places together.
 */
row: StockRow, 
/**
 * Level by place: own van first, then by quantity.
 */
levels: Array<LevelView>, 
/**
 * The ledger, newest first.
 */
movements: Array<MovementView>, 
/**
 * Its tags.
 */
tags: Array<Tag>, 
/**
 * How far this replica had come when it answered: what is counted from now on is counted after that.
 */
stand: Stand, };
