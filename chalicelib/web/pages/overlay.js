// The overlay of a stream: the numbers on air, as its address asks for them (`parameters.js`).
// Answers for: the totals of what it is about, the live that the goal is about as time passes, and saying when numbers are old.
// Refuses: numbers of its own, and ranking: regions stand in the campaign's order.

const WORDS = {
  ja: {
    total: "みんなのリアクション", updating: "更新待ち", next: "次の目標", allReached: "すべての目標を達成", donationOf: "寄付",
    left: "あと ", leftEnd: "", addsThen: "達成で＋", donation: "これまでの寄付額（速報値）", donationFinal: "寄付額（確定値）",
    reached: (number) => `目標${number}を達成しました`, adds: "寄付額＋", none: "—",
    pace: "直前の1分間", paceNote: "リアクション", peak: "最も多かった1分間", at: (time) => `${time}（日本時間）`,
    estimate: "次の目標まで（推定）", estimateNote: "直前の5分間のペースから計算",
    about: (hours, minutes) => (hours > 23 ? "24時間以上" : `約${hours > 0 ? `${hours}時間` : ""}${minutes}分`),
    now: "進行中", then: "このあと",
  },
  en: {
    total: "Reactions", updating: "updating", next: "Next goal", allReached: "All goals reached", donationOf: "Donation",
    left: "", leftEnd: " to go", addsThen: "then +", donation: "Donation so far (provisional)", donationFinal: "Donation (final)",
    reached: (number) => `Goal ${number} reached`, adds: "Donation +", none: "—",
    pace: "Last minute", paceNote: "reactions", peak: "Best minute so far", at: (time) => `${time} JST`,
    estimate: "To the next goal (estimate)", estimateNote: "at the pace of the last 5 minutes",
    about: (hours, minutes) => (hours > 23 ? "over 24 h" : `~${hours > 0 ? `${hours} h ` : ""}${minutes} min`),
    now: "Now", then: "Next",
  },
};
const MINUTES_EVERY_MS = 5000;
const DEFINED_EVERY_MS = 60_000;

const page = document.getElementById("overlay");
const campaignPath = `v1/campaigns/${encodeURIComponent(page.dataset.campaign)}`;
/** As last read: a live's end may be corrected while it is on. */
let campaign = null;

/** Whether any of several watched answers is stale, told to the style sheet. */
const stale = new Map();
function setStaleOf(path) {
  return (is) => {
    stale.set(path, is);
    document.body.dataset.stale = String([...stale.values()].some(Boolean));
  };
}

function watched(path, show, everyMs) {
  const end = watch(path, show, setStaleOf(path), everyMs);
  return () => {
    end();
    stale.delete(path);
  };
}

function regionBars(language) {
  const node = element("ul", "", { class: "regions" });
  let rows = new Map();

  function made(id) {
    const name = element("bdi"), fill = element("span", "", { class: "fill" }), number = element("b", "", { "data-figure": "region" });
    const bar = element("span", "", { class: "bar", "aria-hidden": "true" }, fill);
    return [id, { row: element("li", "", {}, name, bar, number), name, fill, number }];
  }

  function show({ by_region: regions }) {
    if (regions.map((each) => each.region).join() !== [...rows.keys()].join()) {
      rows = new Map(regions.map((each) => made(each.region)));
      node.replaceChildren(...[...rows.values()].map((each) => each.row));
    }
    const most = Math.max(1, ...regions.map((each) => each.counts.total));
    for (const { region, counts } of regions) {
      const { name, fill, number } = rows.get(region);
      name.textContent = campaign.regions.find((each) => each.id === region)?.name[language] ?? region;
      number.textContent = counted(counts.total, language);
      fill.style.setProperty("--share", counts.total / most);
    }
  }

  return { node, show };
}

/** What the address asks for, drawn: what to do with the campaign's totals, with a live's, with its minutes, and as time passes. */
function drawn(asked) {
  const words = WORDS[asked.lang], { show } = asked;
  const notice = element("p", words.updating, { class: "stale", role: "status" });
  const festive = celebrations(words, asked.lang), way = goal(words, asked.lang, !asked.live && !show.has("stage"));
  if (show.has("stage")) {
    const view = stage(words, asked.lang, way);
    page.replaceChildren(view.node, festive.node, notice);
    const ofLive = (totals, live) => {
      view.show(totals, live);
      festive.look(totals, live);
    };
    return { ofLive, ofMinutes: view.pace, tick: view.tick };
  }
  const total = odometer(asked.lang), bars = regionBars(asked.lang);
  const whose = asked.live?.title ?? asked.region?.name;
  const head = element("h1", words.total, { class: show.has("total") ? "of" : "unseen" }, ...(whose ? [element("bdi", whose[asked.lang])] : []));
  const parts = { total: [total.node], goal: [way.node], regions: [bars.node] };
  const chosen = Object.keys(parts).filter((part) => show.has(part)).flatMap((part) => parts[part]);
  page.replaceChildren(element("div", "", { class: "card" }, head, notice, ...chosen), ...(show.has("goal") ? [festive.node] : []));
  const ofCampaign = (totals) => {
    const counts = asked.region ? totals.by_region.find((each) => each.region === asked.region.id)?.counts : totals.counts;
    if (!asked.live && counts) total.show(counts.total);
    bars.show(totals);
  };
  const ofLive = (totals, live) => {
    if (asked.live) total.show(totals.counts.total);
    way.show(totals, live);
    if (show.has("goal")) festive.look(totals, live);
  };
  const ofTotal = show.has("total") ? (asked.live ? "live" : "campaign") : "";
  return {
    ofCampaign: show.has("regions") || ofTotal === "campaign" ? ofCampaign : null,
    ofLive: show.has("goal") || ofTotal === "live" ? ofLive : null,
  };
}

/** Watches the live that the page is about, and the next one from when it begins. Gives whether there is one. */
function follow(asked, { ofLive, ofMinutes, tick }, answered) {
  let followed = null, ends = [];

  function look() {
    const lives = campaign.lives.filter((each) => !asked.region || each.region === asked.region.id);
    const live = asked.live ? lives.find((each) => each.id === asked.live.id) : liveNow(lives, serviceNow());
    if (!live) return false;
    tick?.(live);
    if (live.id === followed) return true;
    for (const end of ends) end();
    followed = live.id;
    const path = `v1/lives/${live.id}/totals`;
    // Titles may have been corrected since: the live is looked up again for each answer.
    const now = () => campaign.lives.find((each) => each.id === live.id) ?? live;
    ends = [watched(path, (totals) => { ofLive(totals, now()); answered("live"); })];
    if (ofMinutes) ends.push(watched(`${path}?series=minute`, (totals) => { ofMinutes(totals); answered("minutes"); }, MINUTES_EVERY_MS));
    return true;
  }

  setInterval(look, 1000);
  return look();
}

function begin(asked) {
  document.documentElement.lang = asked.lang;
  document.documentElement.classList.toggle("full", asked.show.has("stage"));
  document.title = campaign.name[asked.lang];
  if (asked.accent) document.documentElement.style.setProperty("--accent", asked.accent);
  document.documentElement.style.setProperty("--scale", asked.scale);
  const draws = drawn(asked), awaited = new Set();
  const answered = (what) => {
    awaited.delete(what);
    if (awaited.size === 0) page.setAttribute("aria-busy", "false");
  };
  if (draws.ofCampaign) awaited.add("campaign");
  if (draws.ofLive && follow(asked, draws, answered)) awaited.add("live");
  if (draws.ofMinutes && awaited.has("live")) awaited.add("minutes");
  if (draws.ofCampaign) watched(`${campaignPath}/totals`, (totals) => { draws.ofCampaign(totals); answered("campaign"); });
  setInterval(redefine, DEFINED_EVERY_MS);
  answered("nothing"); // a region without lives has no goal to wait for
}

async function redefine() {
  try {
    campaign = await read(campaignPath, isDefinition);
  } catch (error) {
    console.info(`${campaignPath}: ${error.message}`); // what was read before still holds
  }
}

function tell(...children) {
  page.replaceChildren(element("div", "", { class: "card told", role: "alert" }, ...children));
  page.setAttribute("aria-busy", "false");
}

async function start() {
  try {
    campaign = await readAtLast(campaignPath, isDefinition);
  } catch {
    tell(element("h1", "このキャンペーンは見つかりません"), element("p", "There is no such campaign", { lang: "en" }));
    setTimeout(start, SLOWEST_MS); // it may be announced while the overlay waits
    return;
  }
  const { asked, mistakes } = parameters(location.search, campaign);
  if (mistakes.length > 0) tell(...mistakesShown(mistakes));
  else begin(asked);
}

start();
