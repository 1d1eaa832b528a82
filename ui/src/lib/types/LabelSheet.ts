// Written by `./dev generate` from the Rust types. Do not edit.
import type { Label } from "./Label";
import type { LabelOutput } from "./LabelOutput";
import type { Paper } from "./Paper";

/**
 * Labels to draw.
 */
export type LabelSheet = { 
/**
 * In the order in which they are placed, row by row.
 */
labels: Array<Label>, 
/**
 * What they are printed on.
 */
paper: Paper, 
/**
 * What kind of file to make.
 */
output: LabelOutput, };
