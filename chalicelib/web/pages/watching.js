// Watching totals: asks for the same JSON again and again, and hands on the newest that the API has said.
// Answers for: figures that never go backwards within an epoch, waiting longer while the service is in trouble, and the service's
// own clock. Refuses: showing anything, and figures of its own: what cannot be read whole is asked for again.

const EVERY_MS = 2000;
const SLOWEST_MS = 30_000;
const GIVEN_UP_MS = 15_000;
/** After so long without an answer figures are no longer what is on now. */
const STALE_MS = 10_000;

// The service's clock, told from what `performance.now()` says: a viewer's clock may be a day wrong, or be set while we look.
let clockMs = Date.now(), clockReadAt = performance.now();

/** Milliseconds since the epoch by the service's clock, once it has answered; before that by the viewer's. */
function serviceNow() {
  return clockMs + performance.now() - clockReadAt;
}

/**
 * Holds the clock within what an answer allows: its `Date` is cut to seconds, and older than the answer by the time that this was
 * on its way. A clock within these bounds is left alone, so that it does not go back and forth with every answer.
 */
function setClock(response, askedAt) {
  const said = Date.parse(response.headers.get("date") ?? "") + Number(response.headers.get("age") ?? 0) * 1000;
  if (!Number.isFinite(said)) return;
  const at = performance.now();
  clockMs = Math.min(Math.max(serviceNow(), said), said + 1000 + at - askedAt);
  clockReadAt = at;
}

/** Between 85 and 115 % of a time, so that the pages of a whole audience do not ask at the same moment. */
function jittered(ms) {
  return ms * (0.85 + 0.3 * Math.random());
}

/** How long the service asks to be left alone: `Retry-After` is seconds or a moment (RFC 9110, 10.2.3). */
function retryAfterMs(response) {
  const said = response.headers.get("retry-after") ?? "0";
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - serviceNow();
  return ms > 0 ? ms : 0;
}

/**
 * An answer of the API that `isWhole`. Throws where there is none: an error of the service has its `status` and `retryAfterMs`;
 * what comes later than an answer may come was waiting in a tab that slept, and is news no more.
 */
async function read(path, isWhole = Boolean) {
  const askedAt = performance.now();
  // Asked anew each time, which costs a 304: the browser's own copy would tell the time of when it was made.
  const response = await fetch(new URL(path, ROOT), { cache: "no-cache", signal: AbortSignal.timeout(GIVEN_UP_MS) });
  if (!response.ok) {
    const { status } = response;
    throw Object.assign(new Error(`answered ${status}`), { status, retryAfterMs: retryAfterMs(response) });
  }
  const answer = await response.json();
  if (!isWhole(answer)) throw new Error("answered something else");
  if (performance.now() - askedAt > GIVEN_UP_MS) throw new Error("answered too late");
  setClock(response, askedAt);
  return answer;
}

/** How long to wait after so many failures in a row: never long, so that a page is soon right again when the service is. */
function pause(everyMs, failures, askedForMs = 0) {
  return Math.min(SLOWEST_MS, Math.max(askedForMs, everyMs * 2 ** Math.min(failures, 5)));
}

/** An answer, however long the service takes to give it. Throws only where the service says that there is no such thing. */
async function readAtLast(path, isWhole) {
  for (let failures = 1; ; failures += 1) {
    try {
      return await read(path, isWhole);
    } catch (error) {
      if (error.status === 404) throw error;
      console.info(`${path}: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, jittered(pause(EVERY_MS, failures, error.retryAfterMs))));
    }
  }
}

function isDefinition(answer) {
  return Array.isArray(answer?.lives) && Array.isArray(answer.regions);
}

function isTotals(answer) {
  const whole = [answer?.epoch, answer?.counts?.like, answer?.counts?.comment, answer?.counts?.gift, answer?.counts?.total];
  return whole.every((each) => Number.isSafeInteger(each) && each >= 0)
    && Array.isArray(answer.by_region) && Array.isArray(answer.donation?.steps);
}

function isOlder(answer, than) {
  return answer.epoch < than.epoch || (answer.epoch === than.epoch && answer.counts.total < than.counts.total);
}

/** What is watched: which answers are whole, and which of two is older. */
const TOTALS = { isWhole: isTotals, isOlder };

/**
 * Watches totals, or something else: `show` is handed the newest answer, of totals that with the greatest (epoch, total), after
 * every answer, `setStale` every second whether it is long ago that the service answered at all. Never asks twice at once. Gives
 * a function that ends it.
 */
function watch(path, show, setStale, everyMs = EVERY_MS, kind = TOTALS) {
  let newest = null, answeredAt = performance.now(), failures = 0, timer = 0, asking = false, over = false;

  async function ask() {
    if (asking || over) return;
    asking = true;
    clearTimeout(timer);
    let waitMs = everyMs;
    try {
      const answer = await read(path, kind.isWhole);
      if (over) return;
      failures = 0;
      answeredAt = performance.now();
      if (newest === null || !kind.isOlder(answer, newest)) newest = answer;
      show(newest);
    } catch (error) {
      failures += 1;
      waitMs = pause(everyMs, failures, error.retryAfterMs);
      console.info(`${path}: ${error.message}`);
    }
    asking = false;
    look();
    if (!over) timer = setTimeout(ask, jittered(waitMs));
  }

  function look() {
    if (!over) setStale(performance.now() - answeredAt > STALE_MS + everyMs);
  }

  // A tab that was asleep is awake: what it shows may be an hour old.
  function wake() {
    if (document.visibilityState === "visible") {
      look();
      ask();
    }
  }

  document.addEventListener("visibilitychange", wake);
  globalThis.addEventListener("online", wake);
  const looking = setInterval(look, 1000);
  ask();
  return () => {
    over = true;
    clearTimeout(timer);
    clearInterval(looking);
    document.removeEventListener("visibilitychange", wake);
    globalThis.removeEventListener("online", wake);
  };
}

/** Whole numbers as a language writes them. */
function counted(number, language) {
  return new Intl.NumberFormat(language).format(number);
}

/** Minor units of a currency as reports write them (1,000,000円, ¥1,000,000); no division of ours rounds. */
function money(minor, currency, exponent, language) {
  const currencyDisplay = language === "ja" ? "name" : "narrowSymbol";
  const style = { style: "currency", currency, currencyDisplay, minimumFractionDigits: exponent };
  return new Intl.NumberFormat(language, { ...style, maximumFractionDigits: exponent }).format(minor / 10 ** exponent);
}

/** The live that a page is about: one that is on, else the last that has begun, else the first that comes. */
function liveNow(lives, nowMs) {
  const begun = lives.filter((live) => Date.parse(live.starts_at) <= nowMs);
  const on = begun.find((live) => nowMs < Date.parse(live.ends_at));
  const last = begun.reduce((newest, live) => (newest && newest.starts_at > live.starts_at ? newest : live), null);
  const coming = lives.reduce((next, live) => (next && next.starts_at <= live.starts_at ? next : live), null);
  return on ?? last ?? coming;
}

/** The parts of a live's programme, each with when it begins (ms), whether it is on, and whether it is still to come. */
function segments(live, nowMs) {
  const start = Date.parse(live.starts_at);
  return live.programme.map((each, index) => {
    const begins = start + each.minute * 60_000;
    const ends = index + 1 < live.programme.length ? start + live.programme[index + 1].minute * 60_000 : Date.parse(live.ends_at);
    return { title: each.title, begins, isOn: begins <= nowMs && nowMs < ends, isAhead: begins > nowMs };
  });
}
