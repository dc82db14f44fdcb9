// What the address of an overlay may ask for.
// Answers for: an allow-list, ids looked up in the campaign's definition, and all mistakes at once, each under its parameter's name.
// Refuses: saying what was asked for wrongly: an address may come from anyone, and what stands on air must not.

const PARTS = ["total", "goal", "regions", "stage"];
const LISTED = 12;

function oneOf(texts) {
  return texts.slice(0, LISTED).join(", ") + (texts.length > LISTED ? ", …" : "");
}

function partsOf(text) {
  const parts = text.split(",");
  return parts.every((part) => PARTS.includes(part)) ? new Set(parts) : undefined;
}

function scaleOf(text) {
  const scale = /^\d(\.\d{1,4})?$/.test(text) ? Number(text) : 0;
  return scale >= 0.25 && scale <= 4 ? scale : undefined;
}

/** For each parameter how its text is read (undefined where it is wrong), and what it may be. */
function rules(campaign) {
  const ids = (things) => oneOf(things.map((each) => each.id));
  const known = (things) => (text) => things.find((each) => each.id === text);
  return {
    live: [known(campaign.lives), `ライブ配信のID：${ids(campaign.lives)}`, `the id of a live: ${ids(campaign.lives)}`],
    region: [known(campaign.regions), `支援地域のID：${ids(campaign.regions)}`, `the id of a region: ${ids(campaign.regions)}`],
    lang: [(text) => ["ja", "en"].find((each) => each === text), "ja または en", "ja or en"],
    show: [partsOf, `${PARTS.join(",")} から、コンマ区切り`, `a list out of ${PARTS.join(",")}`],
    accent: [(text) => (/^[0-9a-f]{6}$/i.test(text) ? `#${text}` : undefined), "16進数6桁（例：ff5c83）", "six hex digits, such as ff5c83"],
    scale: [scaleOf, "0.25 から 4 まで", "a number from 0.25 to 4"],
  };
}

/** What an address asks for, read, and what is wrong with it: `{ name, ja, en }`. */
function parameters(search, campaign) {
  const given = new URLSearchParams(search), allowed = rules(campaign);
  const asked = { lang: "ja", show: new Set(["total", "goal", "regions"]), scale: 1 }, mistakes = [];
  for (const name of new Set(given.keys())) {
    const texts = given.getAll(name);
    if (!Object.hasOwn(allowed, name)) {
      const names = Object.keys(allowed).join(", ");
      const said = /^[a-z_-]{1,20}$/i.test(name) ? name : "?";
      mistakes.push({ name: said, ja: `使えるのは ${names} です`, en: `no such parameter; there are ${names}` });
      continue;
    }
    const [read, ja, en] = allowed[name];
    asked[name] = read(texts[0]);
    if (asked[name] === undefined) mistakes.push({ name, ja, en });
    else if (texts.length > 1) mistakes.push({ name, ja: "一度だけ指定してください", en: "may be given once" });
  }
  if (asked.live && asked.region && asked.live.region !== asked.region.id) {
    mistakes.push({ name: "region", ja: "live の支援地域と異なります", en: "is not the region of the live" });
  }
  return { asked, mistakes };
}

/** The mistakes for whoever wrote the address, in both languages, for which of them is read is one of the things to be wrong. */
function mistakesShown(mistakes) {
  const rows = mistakes.map(({ name, ja, en }) => {
    return element("li", "", {}, element("code", name), element("span", ja), element("span", en, { lang: "en" }));
  });
  return [
    element("h1", "URL のパラメーターを確認してください"),
    element("p", "Please check the parameters of this address", { lang: "en" }),
    element("ul", "", {}, ...rows),
  ];
}
