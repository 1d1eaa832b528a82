// Written by `./dev generate` from the Rust types. Do not edit.
import type { Attachment } from "./Attachment";

/**
 * An attachment, and whether its bytes are on this machine.
 */
export type AttachmentView = { 
/**
 * The attachment.
 */
attachment: Attachment, 
/**
 * Whether its bytes can be shown here.
 */
here: boolean, 
/**
 * Who made it.
 */
actor_name: string, };
