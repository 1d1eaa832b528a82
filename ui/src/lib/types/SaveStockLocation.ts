// Written by `./dev generate` from the Rust types. Do not edit.
import type { StockLocation } from "./StockLocation";

/**
 * Creates a place, or replaces its record.
 */
export type SaveStockLocation = { 
/**
 * The whole record.
 */
stock_location: StockLocation, };
