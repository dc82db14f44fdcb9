// The sections of the public page, each made anew out of what the API has said; `update` puts in place what differs.
// Answers for: the page's content and its order of words. Refuses: asking, clocks, and a figure that was not said.

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

function programme(live, nowMs) {
  const all = segments(live, nowMs);
  if (all.length === 0) return [];
  const [on, next] = [all.find((each) => each.isOn), all.find((each) => each.isAhead)];
  const lines = [
    ...(on ? [[WORDS.segmentNow, element("strong", "", { class: "cut" }, named(on.title))]] : []),
    ...(next ? [[WORDS.segmentNext, element("span", "", { class: "cut" }, named(next.title)), ` ${WORDS.from(clockOf(next.begins))}`]] : []),
  ];
  const items = all.map((each) =>
    element("li", `${clockOf(each.begins)} `, { class: "cut", ...(each.isOn ? { "aria-current": "time" } : {}) }, named(each.title)),
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
    ...(campaign.cap ? [element("p", unturned(campaign.cap), { class: "note" })] : []),
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
        element("p", unturned(live.rule)),
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
