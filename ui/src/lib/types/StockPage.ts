// Written by `./dev generate` from the Rust types. Do not edit.
import type { StockLocation } from "./StockLocation";
import type { StockRow } from "./StockRow";

/**
 * A page of the stock list.
 */
export type StockPage = { 
/**
 * The rows, by part number.
 */
rows: Array<StockRow>, 
/**
 * How many rows there are in all.
 */
total: number, 
/**
 * The places that the person may see: own van first, then warehouses, then the others.
 */
locations: Array<StockLocation>, };
