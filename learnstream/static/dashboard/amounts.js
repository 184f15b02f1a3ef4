// Amounts of money as people type them.

import { decimals } from "../money.js";

/** Read a decimal number as an integer in a currency's minor unit; NaN if it is none, or has more decimals. */
export function minorUnits(text, currency) {
  const places = decimals(currency);
  const [, whole, fraction = ""] = /^(\d{1,10})(?:[.,](\d*))?$/.exec(text.trim()) ?? [];
  return whole && fraction.length <= places ? Number(whole + fraction.padEnd(places, "0")) : NaN;
}
