// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * An invitation for a person's new device.
 */
export type Invitation = { 
/**
 * What the QR code says; works once.
 */
link: string, 
/**
 * The QR code as SVG.
 */
svg: string, 
/**
 * Until when it works.
 */
expires_at: number, };
