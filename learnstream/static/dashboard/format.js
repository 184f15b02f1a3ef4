// Numbers, days and times as people read them.

const LOCALE = "en-GB";
const whole = new Intl.NumberFormat(LOCALE);
const oneDigit = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const fourDigits = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 4 });
const signed = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "negative" });
const percent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 });
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });
const fullDay = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const localDay = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeStyle: "short" });

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const count = (number) => whole.format(number);
export const points = (number) => fourDigits.format(number);
export const difference = (number) => signed.format(number);
export const share = (fraction) => percent.format(fraction);
export const shortDay = (day) => dayAndMonth.format(new Date(day));
export const longDay = (day) => fullDay.format(new Date(day));
export const instantDay = (text) => localDay.format(new Date(text));
export const instant = (text) => moment.format(new Date(text));

/** An amount of a row of revenue, which is in the minor unit of its currency: €49.00. */
export function money(row, name) {
  const { currency, decimals } = row;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(LOCALE, { style: "currency", currency, ...digits }).format(row[name] / 10 ** decimals);
}

/** Bytes as a size: 300 kB, 1.2 MB, 4.5 GB. */
export function size(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${oneDigit.format(bytes / 1e6)} MB` : `${oneDigit.format(bytes / 1e9)} GB`;
}

/** Seconds as a length of time: 40 s, 1 min 30 s, 12 min, 3.5 h. */
export function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < 10 * MINUTE && whole % MINUTE) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  if (whole < HOUR) return `${Math.round(whole / MINUTE)} min`;
  return `${oneDigit.format(seconds / HOUR)} h`;
}

/** A time that may be long: days where there are some. */
export function span(seconds) {
  if (seconds < 2 * DAY) return duration(seconds);
  return `${oneDigit.format(seconds / DAY)} days`;
}

/** A moment of a video: 1:05, 1:02:03. */
export function clock(seconds) {
  const all = Math.floor(seconds);
  const parts = [Math.floor(all / HOUR), Math.floor(all / MINUTE) % 60, all % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

/** Choose the unit that suits a chart whose longest time is this many seconds: {name, seconds}. */
export function unitFor(seconds) {
  if (seconds < 2 * MINUTE) return { name: "seconds", seconds: 1 };
  if (seconds < 2 * HOUR) return { name: "minutes", seconds: MINUTE };
  return { name: "hours", seconds: HOUR };
}
