// Watching totals: asks for the same JSON again and again, and hands on the newest that the API has said.
// Answers for: figures that never go backwards within an epoch, waiting longer while the service is in trouble, and the service's
// own clock. Refuses: showing anything, and figures of its own: what cannot be read whole is asked for again.

const EVERY_MS = 2000;
const SLOWEST_MS = 30_000;
const GIVEN_UP_MS = 15_000;
/** After so long without an answer figures are no longer what is on now. */
const STALE_MS = 10_000;

let ahead = 0;

/** Milliseconds since the epoch by the service's clock, whatever the viewer's own says. */
function serviceNow() {
  return Date.now() + ahead;
}

/** Between 85 and 115 % of a time, so that the pages of a whole audience do not ask at the same moment. */
function jittered(ms) {
  return ms * (0.85 + 0.3 * Math.random());
}

function setClock(response) {
  const said = Date.parse(response.headers.get("date") ?? "");
  const kept = Number(response.headers.get("age") ?? 0);
  if (Number.isFinite(said) && Number.isFinite(kept)) ahead = said + kept * 1000 - Date.now();
}

/** An answer of the API, or an error with `retryAfterMs` where the service says when to come back. */
async function read(path) {
  const response = await fetch(new URL(path, ROOT), { signal: AbortSignal.timeout(GIVEN_UP_MS) });
  if (!response.ok) {
    const seconds = Number(response.headers.get("retry-after"));
    throw Object.assign(new Error(`answered ${response.status}`), {
      status: response.status,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
    });
  }
  const answer = await response.json();
  setClock(response);
  return answer;
}

function isTotals(answer) {
  const whole = [answer?.epoch, answer?.counts?.like, answer?.counts?.comment, answer?.counts?.gift, answer?.counts?.total];
  return whole.every((each) => Number.isSafeInteger(each) && each >= 0) && Array.isArray(answer.by_region);
}

function isOlder(answer, than) {
  return answer.epoch < than.epoch || (answer.epoch === than.epoch && answer.counts.total < than.counts.total);
}

/**
 * Watches totals: `show` is handed the answer with the greatest (epoch, total) after every answer, `setStale` whether it is
 * long ago that the service answered at all. Gives a function that ends it.
 */
function watch(path, show, setStale, everyMs = EVERY_MS) {
  let newest = null, answeredAt = performance.now(), failures = 0, timer = 0, asking = false, over = false;

  async function ask() {
    if (asking || over) return;
    asking = true;
    clearTimeout(timer);
    let waitMs = everyMs;
    try {
      const answer = await read(path);
      if (!isTotals(answer)) throw new Error("not totals");
      failures = 0;
      answeredAt = performance.now();
      if (newest === null || !isOlder(answer, newest)) newest = answer;
      if (!over) show(newest);
    } catch (error) {
      failures += 1;
      waitMs = Math.min(SLOWEST_MS, Math.max(error.retryAfterMs ?? 0, everyMs * 2 ** Math.min(failures, 4)));
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
