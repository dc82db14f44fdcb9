// What the parts of the public page are made of: figures, names, bars, tables, and moments by Japan's time.
// Answers for: figures in elements that name them; names as text, each in a direction of its own. Refuses: clocks.

const KINDS = ["like", "comment", "gift"];

function figure(name, text, attributes = {}) {
  return element("span", text, { "data-figure": name, ...attributes });
}

/** A name in this page's language; whatever it holds, the text around it keeps its direction. */
function named(words, attributes = {}) {
  return element("bdi", words[LANGUAGE], attributes);
}

/** A sentence that has names in it, without what would turn the direction of the figures beside them. */
function unturned(words) {
  return words[LANGUAGE].replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
}

function section(id, title, ...children) {
  if (children.length === 0) return element("section", "", { id, hidden: "" });
  return element("section", "", { id, "aria-labelledby": `${id}-title` }, element("h2", title, { id: `${id}-title` }), ...children);
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A bar whose filled part is `part` of `whole`; the figures beside it say what it shows. */
function bar(part, whole) {
  const width = whole > 0 ? ((100 * part) / whole).toFixed(2) : 0;
  const area = { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", class: "bar" };
  return drawn("svg", area, drawn("rect", { width: 100, height: 4, class: "whole" }), drawn("rect", { width, height: 4, class: "part" }));
}

function facts(...pairs) {
  const rows = pairs.map(([name, ...said]) => element("div", "", {}, element("dt", name), element("dd", "", {}, ...said)));
  return element("dl", "", { class: "facts" }, ...rows);
}

function written(moment, style) {
  const locale = LANGUAGE === "ja" ? "ja-JP" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: "Asia/Tokyo", ...style }).format(moment);
}

function clockOf(moment) {
  return written(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function minuteOf(moment) {
  return WORDS.day(written(moment, { dateStyle: "long" }), clockOf(moment));
}

/** When a live is, by Japan's time, which is named. */
function spanOf(live) {
  const [start, end] = [Date.parse(live.starts_at), Date.parse(live.ends_at)];
  const sameDay = written(start, { dateStyle: "long" }) === written(end, { dateStyle: "long" });
  return WORDS.span(minuteOf(start), sameDay ? clockOf(end) : minuteOf(end));
}

function moneyOf(campaign, minor) {
  return money(minor, campaign.currency, campaign.exponent, LANGUAGE);
}

/** Where a live is in its life: settled by what the API says, all else by the clock, as the service itself decides it. */
function stateOf(live, totals, nowMs) {
  if (totals?.status === "settled") return "settled";
  if (nowMs < Date.parse(live.starts_at)) return "scheduled";
  if (nowMs < Date.parse(live.ends_at)) return "on";
  return nowMs < Date.parse(live.closes_at) ? "ended" : "closed";
}

function badge(state) {
  return element("span", WORDS[state], { class: `badge ${state}` });
}

function table(caption, heads, rows) {
  const head = element("tr", "", {}, ...heads.map((text) => element("th", text, { scope: "col" })));
  const body = rows.map(([name, ...cells]) =>
    element("tr", "", {}, element("th", "", { scope: "row" }, name), ...cells.map((cell) => element("td", "", {}, cell))),
  );
  return element("table", "", {}, element("caption", caption, { class: "unseen" }), element("thead", "", {}, head), element("tbody", "", {}, ...body));
}

function cellsOf(counts, name) {
  return [...KINDS, "total"].map((kind) => figure(`${name}-${kind}`, counted(counts[kind], LANGUAGE)));
}
