// The parts of the public page, each made anew out of what the API has said; `update` puts in place what differs.
// Answers for: figures as they were said, in elements that name them; names as text, each in a direction of its own.
// Refuses: asking, clocks, and a figure that was not said.

const LONGEST_SERIES = 24 * 60;
const KINDS = ["like", "comment", "gift"];

function figure(name, text, attributes = {}) {
  return element("span", text, { "data-figure": name, ...attributes });
}

/** A name in this page's language; whatever it holds, the text around it keeps its direction. */
function named(words, attributes = {}) {
  return element("bdi", words[LANGUAGE], attributes);
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

function heading(campaign) {
  const [language, name] = WORDS.other;
  const query = new URLSearchParams(location.search);
  query.set("lang", language);
  const link = element("a", name, { href: `?${query}`, lang: language, hreflang: language });
  const title = element("h1", "", { class: "cut" }, named(campaign.name));
  return element("header", "", { id: "top" }, title, element("nav", "", { "aria-label": WORDS.languages }, link));
}

/** Until when figures may change: the last closing of what is not settled. */
function finality(campaign, totals, standings) {
  if (totals.donation.final) return WORDS.isFinal;
  const open = campaign.lives.filter((live) => standings.get(live.id)?.status !== "settled").map((live) => live.closes_at);
  if (open.length === 0) return totals.status === "settled" ? WORDS.countsFinal : "";
  return WORDS.finalAfter(WORDS.jst(minuteOf(Date.parse(open.sort().at(-1)))));
}

function totalSection(campaign, totals, standings) {
  if (totals === null) return section("total", WORDS.total, element("p", WORDS.loading));
  const { counts, donation } = totals;
  const kinds = KINDS.map((kind) => [WORDS[kind], figure(kind, counted(counts[kind], LANGUAGE))]);
  const until = finality(campaign, totals, standings);
  return section(
    "total",
    WORDS.total,
    element("p", "", { class: "big" }, figure("total", counted(counts.total, LANGUAGE)), element("small", WORDS.unit)),
    facts(...kinds),
    element("h3", WORDS.donation),
    element("p", "", { class: "money" }, figure("donation", moneyOf(campaign, donation.minor)), " ",
      element("span", donation.final ? WORDS.final : WORDS.provisional, { class: "badge" })),
    ...(until ? [element("p", until, { class: "note" })] : []),
    element("p", totals.as_of ? `${WORDS.asOf}${WORDS.colon}${WORDS.jst(minuteOf(Date.parse(totals.as_of)))}` : WORDS.nothingYet, {
      class: "note",
    }),
  );
}

function segments(live, nowMs) {
  const start = Date.parse(live.starts_at);
  return live.programme.map((each, index) => {
    const begins = start + each.minute * 60_000;
    const ends = index + 1 < live.programme.length ? start + live.programme[index + 1].minute * 60_000 : Date.parse(live.ends_at);
    return { title: each.title, begins, isOn: begins <= nowMs && nowMs < ends, isAhead: begins > nowMs };
  });
}

function programme(live, nowMs) {
  const all = segments(live, nowMs);
  if (all.length === 0) return [];
  const [on, next] = [all.find((each) => each.isOn), all.find((each) => each.isAhead)];
  const lines = [
    ...(on ? [[WORDS.segmentNow, element("strong", "", { class: "cut" }, named(on.title))]] : []),
    ...(next ? [[WORDS.segmentNext, element("span", "", { class: "cut" }, named(next.title)), ` ${WORDS.from(clockOf(next.begins))}`]] : []),
  ];
  const items = all.map((each) =>
    element("li", "", each.isOn ? { "aria-current": "time" } : {}, `${clockOf(each.begins)} `, named(each.title)),
  );
  return [
    ...(lines.length > 0 ? [facts(...lines)] : []),
    element("details", "", { "data-key": "programme" }, element("summary", WORDS.programme), element("ol", "", { class: "plain" }, ...items)),
  ];
}

/** How far it is to the next step, in words and as a bar; after the end, what was not reached. */
function steps(campaign, totals, state) {
  const { steps: all, next_step: next } = totals.donation;
  if (all.length === 0) return [];
  const rows = all.map((step) => {
    const line = WORDS.stepLine(counted(step.at, LANGUAGE), moneyOf(campaign, step.minor));
    const told = step.reached_at ? WORDS.reached(clockOf(Date.parse(step.reached_at))) : WORDS.ahead;
    return element("li", `${line} `, {}, element("em", told));
  });
  const list = element("details", "", { "data-key": "steps" }, element("summary", WORDS.steps), element("ul", "", { class: "plain" }, ...rows));
  if (next === null) return [element("p", WORDS.allSteps, { class: "step" }), list];
  const goal = element("span", WORDS.goal(counted(next.at, LANGUAGE)), { class: "goal" });
  const remaining = figure("remaining", counted(next.remaining, LANGUAGE));
  const isOver = state !== "on" && state !== "scheduled";
  const told = isOver ? WORDS.missed(remaining) : WORDS.nextStep(remaining, figure("next-step", moneyOf(campaign, next.minor)));
  const { total } = totals.counts;
  return [element("p", "", { class: "step" }, ...told), bar(total, total + next.remaining), element("p", "", { class: "note" }, goal), list];
}

function ofThisLive(campaign, totals) {
  const { counts, donation } = totals;
  return [
    [WORDS.liveTotal, ...WORDS.count(figure("live-total", counted(counts.total, LANGUAGE)))],
    [
      WORDS.liveDonation,
      figure("live-donation", moneyOf(campaign, donation.minor)), " ",
      element("span", donation.final ? WORDS.final : WORDS.provisional, { class: "badge" }),
    ],
  ];
}

function nowSection(campaign, live, totals, nowMs) {
  if (live === null) return section("now", WORDS.lives, element("p", WORDS.noLives));
  const state = stateOf(live, totals, nowMs);
  const coming = campaign.lives.filter((each) => each !== live && Date.parse(each.starts_at) > nowMs);
  const next = liveNow(coming, nowMs);
  const region = campaign.regions.find((each) => each.id === live.region);
  const cast = live.cast.map((each) => element("li", "", { class: "cut" }, named(each.name), " ", named(each.role, { class: "note" })));
  return section(
    "now",
    WORDS.now[state] ?? WORDS.now.ended,
    element("h3", "", { class: "cut" }, named(live.title)),
    element("p", "", {}, badge(state), " ", spanOf(live)),
    ...(state === "on" || state === "scheduled" ? programme(live, nowMs) : []),
    ...(totals ? steps(campaign, totals, state) : []),
    facts(
      ...(totals ? ofThisLive(campaign, totals) : []),
      [WORDS.region, element("span", "", { class: "cut" }, named(region.name))],
      [WORDS.fund, element("span", "", { class: "cut" }, named(live.fund))],
      ...(cast.length > 0 ? [[WORDS.cast, element("ul", "", { class: "plain" }, ...cast)]] : []),
      ...(next ? [[WORDS.nextLive, element("span", "", { class: "cut" }, named(next.title)), ` ${spanOf(next)}`]] : []),
    ),
  );
}

/** What lives were paid beyond what they earned, live by live; null while what was heard of them is not all that was paid. */
function overpaid(campaign, totals, standings) {
  const heard = campaign.lives.flatMap((live) => standings.get(live.id)?.donation ?? []);
  if (heard.reduce((sum, each) => sum + each.paid_minor, 0) !== totals.donation.paid_minor) return null;
  return heard.reduce((sum, each) => sum + Math.max(0, each.paid_minor - each.minor), 0);
}

function balanceSection(campaign, totals, standings) {
  if (totals === null) return section("balance", "");
  const { minor, paid_minor: paid, final } = totals.donation;
  const over = overpaid(campaign, totals, standings);
  const parts = [
    ["promised", WORDS.promised, campaign.promised_minor],
    ["earned", final ? WORDS.earned : WORDS.earnedSoFar, minor],
    ["paid", WORDS.paid, paid],
    ...(over === null ? [] : [["open", WORDS.open, minor - paid + over]]),
    ...(over ? [["overpaid", WORDS.overpaid, over]] : []),
  ];
  return section(
    "balance",
    WORDS.balance,
    facts(...parts.map(([name, said, amount]) => [said, figure(name, moneyOf(campaign, amount))])),
    ...(campaign.cap ? [element("p", campaign.cap[LANGUAGE], { class: "note" })] : []),
    ...(over ? [element("p", WORDS.overpaidWhy, { class: "note" })] : []),
  );
}

function regionsSection(campaign, totals) {
  if (totals === null) return section("regions", "");
  const most = Math.max(...totals.by_region.map((each) => each.counts.total));
  const rows = campaign.regions.map((region) => {
    const said = totals.by_region.find((each) => each.region === region.id);
    if (!said) return element("li", "", { class: "cut" }, named(region.name));
    const told = element("span", "", { class: "told" },
      ...WORDS.count(figure(`region-${region.id}`, counted(said.counts.total, LANGUAGE))), " ",
      figure(`region-${region.id}-donation`, moneyOf(campaign, said.donation.minor), { class: "note" }));
    return element("li", "", {}, element("span", "", { class: "cut" }, named(region.name)), told, bar(said.counts.total, most));
  });
  return section("regions", WORDS.regions, element("ul", "", { class: "regions" }, ...rows));
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

function marketsSection(campaign, totals) {
  if (totals === null) return section("markets", "");
  const names = new Map(campaign.markets.map((market) => [market.code, market.name]));
  const other = { ja: WORDS.unknown, en: WORDS.unknown };
  const rows = totals.by_market.map(({ market, counts }) => {
    const name = element("span", "", { class: "cut" }, named(names.get(market) ?? other));
    return [name, ...cellsOf(counts, `market-${market}`)];
  });
  return section("markets", WORDS.markets, table(WORDS.marketsOf, [WORDS.market, ...KINDS.map((kind) => WORDS[kind]), WORDS.sum], rows));
}

/** Columns of minutes: each kind on top of those before it. */
function chart(series, peak, label) {
  const width = 10 * series.length, gap = series.length > 240 ? 0 : 1;
  const height = (count) => (100 * count) / peak.counts.total;
  const paths = KINDS.map((kind, place) => {
    const columns = series.map(({ counts }, index) => {
      const under = KINDS.slice(0, place).reduce((sum, each) => sum + counts[each], 0);
      const [foot, tall] = [100 - height(under), height(counts[kind])];
      return tall > 0 ? `M${10 * index} ${foot.toFixed(2)}v${(-tall).toFixed(2)}h${10 - gap}v${tall.toFixed(2)}z` : "";
    });
    return drawn("path", { d: columns.join(""), class: kind });
  });
  return drawn("svg", { viewBox: `0 0 ${width} 100`, preserveAspectRatio: "none", role: "img", "aria-label": label, class: "chart" }, ...paths);
}

function peakOf(live, series) {
  const peak = series.reduce((most, each) => (each.counts.total > most.counts.total ? each : most));
  const segment = segments(live, Date.parse(peak.at)).find((each) => each.isOn);
  return { peak, segment: segment ? [LANGUAGE === "ja" ? "、" : " ", element("bdi", WORDS.peakIn(segment.title[LANGUAGE]))] : [] };
}

function minutesSection(live, totals, nowMs) {
  if (live === null || totals === null) return section("minutes", "");
  const title = element("p", "", { class: "note cut" }, named(live.title));
  if (totals.series === undefined) return section("minutes", WORDS.minutes, title, element("p", WORDS.tooLong));
  if (totals.counts.total === 0) return section("minutes", WORDS.minutes, title, element("p", WORDS.nothingYet));
  const { peak, segment } = peakOf(live, totals.series);
  const most = figure("peak", counted(peak.counts.total, LANGUAGE));
  const line = element("p", WORDS.peak, {}, ...WORDS.peakLine(clockOf(Date.parse(peak.at)), most), ...segment);
  const ends = [live.starts_at, live.ends_at].map((each) => element("span", clockOf(Date.parse(each))));
  const keys = KINDS.map((kind) => element("li", WORDS[kind], { class: kind }));
  const begun = totals.series.filter((each) => Date.parse(each.at) <= nowMs);
  const rows = begun.map((each) => [clockOf(Date.parse(each.at)), ...cellsOf(each.counts, "minute")]);
  const heads = [WORDS.minute, ...KINDS.map((kind) => WORDS[kind]), WORDS.sum];
  return section(
    "minutes",
    WORDS.minutes,
    title,
    line,
    chart(totals.series, peak, line.textContent),
    element("p", "", { class: "ends", "aria-hidden": "true" }, ...ends),
    element("ul", "", { class: "keys" }, ...keys),
    element("details", "", { "data-key": "minutes" }, element("summary", WORDS.minutesTable), table(WORDS.minutes, heads, rows)),
  );
}

function apartSection(totals) {
  if (totals === null) return section("apart", "");
  const row = (name, said, counts, why) => [said, ...WORDS.count(figure(name, counted(counts.total, LANGUAGE))), element("small", why)];
  return section(
    "apart",
    WORDS.notCounted,
    facts(
      row("outside-window", WORDS.outside, totals.outside_window, WORDS.outsideWhy),
      row("rehearsal", WORDS.rehearsal, totals.rehearsal, WORDS.rehearsalWhy),
    ),
  );
}

/** Where a statement is and how to check it. The links lead under ROOT; a command needs the whole address. */
function checking(path, links) {
  const items = links.map(([file, said]) => element("li", "", {}, element("a", said, { href: new URL(`${path}${file}`, ROOT) })));
  return [
    element("ul", "", { class: "plain" }, ...items),
    element("p", WORDS.verify),
    element("code", `python -m locallove verify ${new URL(path, ROOT)}`),
  ];
}

function livesSection(campaign, standings, nowMs) {
  if (campaign.lives.length === 0) return section("lives", "");
  const items = campaign.lives.map((live) => {
    const state = stateOf(live, standings.get(live.id), nowMs);
    const files = [["", WORDS.statement], ["/rule.json", WORDS.ruleFile], ["/ledger-0001.ndjson.gz", WORDS.ledger]];
    const proof =
      state === "settled"
        ? [...checking(`v1/lives/${live.id}/statement`, files), element("p", WORDS.ledgerMore, { class: "note" })]
        : [element("p", WORDS.follows(WORDS.jst(minuteOf(Date.parse(live.closes_at)))))];
    return element("li", "", { "data-key": live.id },
      element("h3", "", { class: "cut" }, named(live.title)),
      element("p", "", {}, badge(state), " ", spanOf(live)),
      element("details", "", {},
        element("summary", WORDS.proof),
        element("h4", WORDS.rule),
        element("p", "", {}, named(live.rule)),
        facts([WORDS.ruleHash, element("code", live.rule_sha256)]),
        ...proof,
      ),
    );
  });
  return section("lives", WORDS.lives, element("ul", "", { class: "lives" }, ...items));
}

function methodSection(campaign, totals) {
  const said = WORDS.methods.map((text) => element("li", text));
  const isSettled = totals?.status === "settled" && totals.donation.final;
  const whole = isSettled ? checking(`v1/campaigns/${campaign.id}/statement`, [["", WORDS.campaignStatement]]) : [];
  return section("method", WORDS.method, element("ul", "", {}, ...said), ...whole);
}
