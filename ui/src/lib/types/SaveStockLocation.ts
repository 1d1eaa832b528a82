// Written by `./dev generate` from the Rust types. Do not edit.
import type { StockLocation } from "./StockLocation";

/**
 * Creates a place, or changes it.
 */
export type SaveStockLocation = { 
/**
 * As it is to be.
 */
stock_location: StockLocation, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: StockLocation | null, };
