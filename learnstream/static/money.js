// Amounts of money: integers in the minor unit of a currency. How many decimals those have is the payment service's rule,
// which is not that of `Intl` for all currencies; /openapi.json says the same of amounts.

const ZERO = new Set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" "));
const THREE = new Set("bhd jod kwd omr tnd".split(" "));

export const decimals = (currency) => (ZERO.has(currency) ? 0 : THREE.has(currency) ? 3 : 2);

/** An amount as people read it: €49.00, JP¥500. */
export function showMoney({ amount, currency }, locale = "en-GB") {
  const digits = decimals(currency);
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format.format(amount / 10 ** digits);
}
