// The stage view: what a host reads from two metres away.
// Answers for: the pace of whole minutes, an estimate that says it is one, and the programme by the service's clock.
// Refuses: a pace of minutes that are not over, and one remembered from minutes long ago.

const MINUTE_MS = 60_000;
/** Batches of a minute may be this late; until then it is not taken for whole. */
const SETTLING_MS = 10_000;
const PACE_MINUTES = 5;

/** The whole minutes of a series that the pace is told by, the last one last; none when the live is over. */
function paceMinutes(series, nowMs) {
  const ended = (minute) => nowMs - Date.parse(minute.at) - MINUTE_MS - SETTLING_MS;
  const whole = series.filter((minute) => ended(minute) >= 0).slice(-PACE_MINUTES);
  return whole.length > 0 && ended(whole[whole.length - 1]) < MINUTE_MS ? whole : [];
}

/** Minutes until as much has come in as is missing, at the mean pace of these; null when nothing comes in. */
function minutesLeft(whole, remaining) {
  const sum = whole.reduce((total, minute) => total + minute.counts.total, 0);
  return sum === 0 ? null : Math.ceil((remaining * whole.length) / sum);
}

/** The minute with the most reactions, the first of equals; undefined before there are any. */
function peakOf(series) {
  const most = Math.max(1, ...series.map((minute) => minute.counts.total));
  return series.find((minute) => minute.counts.total === most);
}

function inJapan(moment) {
  const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Tokyo" };
  return new Intl.DateTimeFormat("en-GB", style).format(new Date(moment));
}

function tile(name, ...children) {
  return element("section", "", { class: `tile ${name}` }, ...children);
}

/** The stage as `node`: `show` hands it each answer about a live, `pace` each with its minutes, `tick` the moment. */
function stage(words, language, way) {
  const title = element("h1"), total = odometer(language);
  const [pace, left, peak, now, next] = Array.from({ length: 5 }, () => element("p", words.none, { class: "value" }));
  const peakAt = element("p", "", { class: "note" });
  const node = element("div", "", { class: "stage" },
    title,
    tile("big", element("h2", words.total), total.node),
    tile("pace", element("h2", words.pace), pace, element("p", words.paceNote, { class: "note" })),
    tile("left", element("h2", words.estimate), left, element("p", words.estimateNote, { class: "note" })),
    tile("peak", element("h2", words.peak), peak, peakAt),
    tile("way", way.node),
    element("div", "", { class: "programme" }, tile("on", element("h2", words.now), now), tile("then", element("h2", words.then), next)),
  );
  let last = null, minutes = null;

  /** Drawn from both, whichever of the two is answered last. */
  function paced() {
    if (minutes === null || minutes.live !== last?.live) return;
    const { series } = minutes, next = last.donation.next_step;
    const whole = paceMinutes(series, serviceNow()), most = peakOf(series);
    const missing = next ? minutesLeft(whole, next.remaining) : null;
    pace.replaceChildren(...(whole.length > 0 ? [figure("pace", counted(whole[whole.length - 1].counts.total, language))] : [words.none]));
    left.textContent = missing === null ? words.none : words.about(Math.floor(missing / 60), missing % 60);
    peak.replaceChildren(...(most ? [figure("peak", counted(most.counts.total, language))] : [words.none]));
    peakAt.textContent = most ? words.at(inJapan(most.at)) : "";
  }

  function named(at, part, withTime) {
    const time = part && withTime ? [element("span", inJapan(part.begins), { class: "time" })] : [];
    at.replaceChildren(...(part ? [...time, element("bdi", part.title[language])] : [words.none]));
  }

  return {
    node,
    show(totals, live) {
      title.replaceChildren(element("bdi", live.title[language]));
      total.show(totals.counts.total);
      way.show(totals, live);
      last = totals;
      paced();
    },
    pace(answer) {
      minutes = answer;
      paced();
    },
    tick(live) {
      const parts = segments(live, serviceNow());
      named(now, parts.find((each) => each.isOn), false);
      named(next, parts.find((each) => each.isAhead), true);
    },
  };
}
