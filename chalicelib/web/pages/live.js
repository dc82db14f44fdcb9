// The public page of a campaign: what it is, what is on now and what has come of it, while it runs and after it.
// Answers for: asking for definition, totals and minutes for as long as the page is open, and one polite summary for who listens.
// Refuses: figures of its own, and showing older ones than it has shown.

const DEFINITION_MS = 180_000;
const OTHERS_MS = 60_000;
const MINUTES_MS = 15_000;
/** In minutes: the series of a longer live would be megabytes. */
const LONGEST_SERIES = 24 * 60;
const LOOK_MS = 2000;
/** Whoever listens is told at most so often. */
const SUMMARY_MS = 30_000;

const page = document.getElementById("page");
const path = `v1/campaigns/${page.dataset.campaign}`;
const standings = new Map();
const stale = new Map();
let campaign = null, totals = null, minutes = null, drawnMinutes, shown = null, endWatching = [];
let summary = "", summarisedAt = -Infinity;

/** Does something now and again and again, later and later while it fails. */
function repeat(task, everyMs) {
  let failures = 0;
  async function run() {
    let waitMs = everyMs;
    try {
      await task();
      failures = 0;
    } catch (error) {
      failures += 1;
      waitMs = pause(EVERY_MS, failures, error.retryAfterMs);
      console.info(error.message);
    }
    setTimeout(run, jittered(waitMs));
  }
  run();
}

function place(wanted) {
  const had = document.getElementById(wanted.id);
  if (had) update(had, wanted);
  else page.append(wanted);
}

function isStale() {
  return [...stale.values()].some(Boolean);
}

function keepStale(name, itIs) {
  stale.set(name, itIs);
  const is = isStale();
  document.body.dataset.stale = String(is);
  place(element("p", is ? WORDS.stale : "", { id: "notice", ...(is ? {} : { hidden: "" }) }));
}

/** The totals in a sentence for who does not see them change; on a page just opened at once, then twice a minute. */
function summarise() {
  const now = performance.now();
  if (totals !== null && now - summarisedAt >= SUMMARY_MS) {
    const { counts, donation } = totals;
    const standing = donation.final ? WORDS.final : WORDS.provisional;
    const said = WORDS.summary(counted(counts.total, LANGUAGE), moneyOf(campaign, donation.minor), standing);
    summary = isStale() ? `${WORDS.stale} ${said}` : said;
    summarisedAt = now;
  }
  place(element("p", summary, { id: "summary", class: "unseen", role: "status" }));
}

function show() {
  if (campaign === null) return;
  const nowMs = serviceNow();
  const live = liveNow(campaign.lives, nowMs);
  if (live?.id !== shown) watchLive(live);
  const own = live && (standings.get(live.id) ?? null);
  place(heading(campaign));
  summarise();
  place(totalSection(campaign, totals, standings));
  place(nowSection(campaign, live, own, nowMs));
  place(balanceSection(campaign, totals, standings));
  place(regionsSection(campaign, totals));
  showMinutes();
  place(marketsSection(campaign, totals));
  place(apartSection(totals));
  place(livesSection(campaign, standings, nowMs));
  place(methodSection(campaign, totals));
  if (totals !== null && (live === null || own !== null)) page.setAttribute("aria-busy", "false");
}

function showMinutes() {
  const live = campaign.lives.find((each) => each.id === shown) ?? null;
  if (minutes !== drawnMinutes) place(minutesSection(live, minutes, serviceNow()));
  drawnMinutes = minutes;
}

/** Watches another live than before: its totals every 2 s, its minutes less often. */
function watchLive(live) {
  for (const end of endWatching) end();
  stale.delete("live");
  stale.delete("minutes");
  shown = live?.id;
  minutes = null;
  endWatching = [];
  if (!live) return;
  const own = `v1/lives/${live.id}/totals`;
  const isShort = Date.parse(live.ends_at) - Date.parse(live.starts_at) <= LONGEST_SERIES * 60_000;
  const keep = (answer) => {
    standings.set(live.id, answer);
    if (!isShort) minutes = answer;
    show();
  };
  const keepMinutes = (answer) => {
    minutes = answer;
    show();
  };
  endWatching.push(watch(own, keep, (is) => keepStale("live", is)));
  if (isShort) endWatching.push(watch(`${own}?series=minute`, keepMinutes, (is) => keepStale("minutes", is), MINUTES_MS));
}

/** How the other lives stand: whether they are settled, and what was paid. */
async function readOthers() {
  for (const live of campaign?.lives ?? []) {
    if (live.id === shown) continue;
    const answer = await read(`v1/lives/${live.id}/totals`, isTotals);
    const had = standings.get(live.id);
    if (!had || !isOlder(answer, had)) standings.set(live.id, answer);
  }
  show();
}

/** A festival's awards have a script and a style of their own; one that does not come is asked for again with the next definition. */
function loadReveal() {
  if (!campaign.festival || document.head.querySelector("script")) return;
  const part = (end) => new URL(`pages/reveal.${end}`, ROOT);
  const script = element("script", "", { src: part(`${LANGUAGE}.js`) });
  script.onerror = () => script.remove();
  document.head.append(element("link", "", { rel: "stylesheet", href: part("css") }), script);
}

async function readDefinition() {
  const isFirst = campaign === null;
  try {
    campaign = await read(path, isDefinition);
  } catch (error) {
    keepStale("definition", isFirst);
    throw error;
  }
  keepStale("definition", false);
  show();
  loadReveal();
  if (!isFirst) return;
  repeat(readOthers, OTHERS_MS);
  setInterval(show, LOOK_MS);
  watch(
    `${path}/totals`,
    (answer) => {
      totals = answer;
      show();
    },
    (is) => keepStale("totals", is),
  );
}

keepStale("definition", false);
repeat(readDefinition, DEFINITION_MS);
