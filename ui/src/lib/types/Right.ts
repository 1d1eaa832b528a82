// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What a role may do.
 */
export type Right = "open_ticket" | "work_ticket" | "assign_ticket" | "use_part" | "keep_stock" | "edit_catalogue" | "edit_customer" | "edit_person" | "see_all_regions";
