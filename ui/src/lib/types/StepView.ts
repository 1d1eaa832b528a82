// Written by `./dev generate` from the Rust types. Do not edit.
import type { Node } from "./Node";
import type { Refusal } from "./Refusal";
import type { Step } from "./Step";

/**
 * A step with what its node says.
 */
export type StepView = { 
/**
 * The step.
 */
step: Step, 
/**
 * Its node.
 */
node: Node, 
/**
 * Keys of the demands that are not met yet.
 */
missing: Array<string>, 
/**
 * Why it cannot be started now; none if it can be. Absent also when it is active or done.
 */
start_refusal: Refusal | null, 
/**
 * Who does it, or did.
 */
engineer_name: string, };
