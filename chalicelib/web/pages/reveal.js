// The awards of a festival on its public page: sealed until each is revealed, which is shown without a reload.
// Answers for: what the standings say and no more; ids, creators and captions are strangers' words, and text only.
// Refuses: deciding, rounding but for what is shown, and taking back what an instance that knows it has said.

const SHOWN_PLACES = 10;
const SEAL_DIGITS = 12;

/** The awards that were revealed when the page was opened: only what comes later is celebrated. */
let revealedBefore = null;

function isStandings(answer) {
  return Array.isArray(answer?.awards) && answer.awards.every((each) => Array.isArray(each.places));
}

function revealedOf(answer) {
  return answer.awards.filter((each) => each.revealed_at !== null).map((each) => each.award);
}

/** Whether an instance has answered that knew less: an earlier result, fewer awards, earlier votes or fewer. */
function isBehind(answer, than) {
  const [one, other] = [answer, than].map((each) => [
    each.seal?.number ?? 0, revealedOf(each).length, each.as_of ?? "", each.votes?.received ?? 0,
  ]);
  const differs = one.findIndex((each, index) => each !== other[index]);
  return differs >= 0 && one[differs] < other[differs];
}

/** A score as it is shown: a whole number, or a mean such as `169/20` with two digits, half up, reckoned without floats. */
function scoreOf(by, score) {
  const [above, below] = score.split("/").map(BigInt);
  if (by !== "jury") return REVEAL.score[by](counted(above, LANGUAGE));
  const hundredths = (200n * above + (below ?? 1n)) / (2n * (below ?? 1n));
  return REVEAL.score[by](`${counted(hundredths / 100n, LANGUAGE)}.${String(hundredths % 100n).padStart(2, "0")}`);
}

/** A caption as it was posted, in a direction of its own; where it shows nothing, that is said beside it. */
function captioned(film, attributes) {
  const seen = film.caption.trim() === "" ? [element("span", REVEAL.untitled, { class: "untitled" })] : [];
  return element("p", "", attributes, element("bdi", film.caption, { "data-caption": film.entry }), ...seen);
}

function creatorOf(film) {
  return element("p", "", { class: "creator cut" }, element("bdi", film.creator));
}

function placesOf(award) {
  const films = award.places.slice(0, SHOWN_PLACES);
  const rows = films.map((film, index) => element("li", "", { "data-key": film.entry, ...(film.entry === award.winner ? { class: "first" } : {}) },
    element("span", REVEAL.place(counted(film.place, LANGUAGE)), { class: "place" }),
    element("div", "", {}, captioned(film, { class: "cut" }), creatorOf(film)),
    figure(`score-${award.award}-${index + 1}`, scoreOf(award.by, film.score)),
  ));
  return [element("h4", REVEAL.places(counted(films.length, LANGUAGE))), element("ol", "", { class: "places" }, ...rows)];
}

function winnerOf(award) {
  const film = award.places.find((each) => each.entry === award.winner);
  if (!film) return [element("p", award.winner ?? REVEAL.nobody)];
  const { decided_by: decided } = award;
  const tie = REVEAL.tie[award.by !== "jury" || decided === "jury" ? decided : "criterion"] ?? "";
  return [
    element("h4", REVEAL.winner),
    captioned(film, { class: "caption" }),
    creatorOf(film),
    element("p", scoreOf(award.by, film.score), { class: "score" }),
    ...(decided !== "score" && tie ? [element("p", tie, { class: "note" })] : []),
    ...(award.same_with_held === null ? [] : [element("p", award.same_with_held ? REVEAL.same : REVEAL.other, { class: "note held" })]),
  ];
}

/** What there is to see of an award before it is revealed: the seal, and before that how many votes were received. */
function unrevealed(award, answer) {
  if (answer.seal !== null) {
    const digits = element("code", answer.seal.statement_sha256.slice(0, SEAL_DIGITS));
    return [
      element("p", "", { class: "seal" }, element("strong", REVEAL.sealed), element("span", "", {}, ...REVEAL.sealOf(digits))),
      element("p", REVEAL.sealedNote, { class: "note" }),
    ];
  }
  const votes = answer.votes?.by_award.find((each) => each.award === award.award);
  if (!votes || !["voting", "ended", "closed"].includes(answer.status)) return [element("p", REVEAL.waiting, { class: "note" })];
  const received = figure(`received-${award.award}`, counted(votes.received, LANGUAGE));
  return [element("p", "", { class: "received" }, ...REVEAL.received(received)), element("p", REVEAL.receivedNote, { class: "note" })];
}

function awardItem(award, answer) {
  const { rule } = campaign.festival.awards.find((each) => each.id === award.award) ?? {};
  const isShown = award.revealed_at !== null;
  const shown = isShown
    ? [element("div", "", { class: "winner" }, ...winnerOf(award)), element("div", "", { class: "ranked" }, ...(award.winner ? placesOf(award) : []))]
    : [element("div", "", { class: "hidden", "data-key": "hidden" }, ...unrevealed(award, answer))];
  const isNew = isShown && !revealedBefore.includes(award.award);
  return element("li", "", { "data-key": award.award, class: `award${isShown ? " shown" : ""}${isNew ? " new" : ""}` },
    element("h3", "", { class: "cut" }, named(award.name)),
    element("p", REVEAL.by[award.by], { class: "note" }),
    ...shown,
    ...(rule ? [element("details", "", {}, element("summary", REVEAL.rule), element("p", unturned(rule)))] : []),
  );
}

function proofOf({ at, statement_sha256: hash }) {
  const statement = new URL(`v1/festivals/${campaign.id}/statement`, ROOT);
  return element("details", "", { "data-key": "proof" },
    element("summary", REVEAL.proof),
    element("p", REVEAL.proofNote),
    facts([REVEAL.hash, element("code", hash)], [REVEAL.sealedAt, WORDS.jst(minuteOf(Date.parse(at)))]),
    element("p", "", {}, element("a", REVEAL.statement, { href: statement })),
  );
}

function showAwards(answer) {
  revealedBefore ??= revealedOf(answer);
  const fresh = answer.awards.filter((each) => each.revealed_at !== null && !revealedBefore.includes(each.award));
  const said = fresh.map((each) => REVEAL.announced(unturned(each.name)));
  place(section(
    "reveal",
    REVEAL.title,
    element("p", REVEAL.phase[answer.status], { class: "badge phase" }),
    element("ol", "", { class: "awards" }, ...answer.awards.map((each) => awardItem(each, answer))),
    ...(answer.seal ? [proofOf(answer.seal)] : []),
    element("p", said.join(" "), { class: "unseen", role: "status" }),
  ));
}

document.getElementById("top").after(section("reveal", REVEAL.title, element("p", REVEAL.loading)));
watch(`v1/festivals/${campaign.id}/standings`, showAwards, (is) => keepStale("festival", is), EVERY_MS, {
  isWhole: isStandings,
  isOlder: isBehind,
});
