// Written by `./dev generate` from the Rust types. Do not edit.
import type { Region } from "./Region";
import type { Replica } from "./Replica";
import type { Right } from "./Right";
import type { Role } from "./Role";
import type { Seat } from "./Seat";
import type { StockLocation } from "./StockLocation";
import type { User } from "./User";
import type { Workflow } from "./Workflow";

/**
 * Who is here. The optional ones are there in the seats `field` and `console`.
 */
export type Session = { 
/**
 * Where this runs.
 */
seat: Seat, 
/**
 * The company's name.
 */
company: string, 
/**
 * The address of headquarters.
 */
headquarters: string, 
/**
 * Who.
 */
user: User | null, 
/**
 * Their role.
 */
role: Role | null, 
/**
 * What they may do.
 */
rights: Array<Right>, 
/**
 * Their region.
 */
region: Region | null, 
/**
 * Their van.
 */
van: StockLocation | null, 
/**
 * The replica, in the seat `field`.
 */
replica: Replica | null, 
/**
 * The workflows that new tickets may take.
 */
workflows: Array<Workflow>, 
/**
 * Of the program.
 */
version: string, };
