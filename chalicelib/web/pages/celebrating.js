// A step of the donation rule that has just been reached, celebrated.
// Answers for: once on each page that is open then or opened soon after, by the service's clock. Refuses: keeping anything: a
// machine that joins late celebrates because the step is young, and a page that is loaded again because somebody asked for it does not.

const YOUNG_MS = 90_000;
const CELEBRATED_FOR_MS = 12_000;
const SPARKS = 18;

function sparks() {
  return Array.from({ length: SPARKS }, (_, place) => {
    const spark = element("i");
    spark.style.setProperty("--turn", `${(place + 0.5) / SPARKS}turn`);
    spark.style.setProperty("--far", String(1 + (place % 3) * 0.35));
    return spark;
  });
}

/** A place for celebrations as `node`; `look` hands it each answer about a live. Of steps reached at once the last is shown. */
function celebrations(words, language) {
  const node = element("div", "", { class: "celebration", role: "status" });
  const seen = new Set();
  let reloaded = performance.getEntriesByType("navigation")[0]?.type === "reload", timer = 0;

  function celebrate(totals, live, place) {
    const { currency, exponent, steps } = totals.donation;
    const adds = money(steps[place].minor, currency, exponent, language);
    node.replaceChildren(element("div", "", { class: "burst", "aria-hidden": "true" }, ...sparks()), element("div", "", { class: "banner" },
      element("p", words.reached(place + 1), { class: "reached" }),
      element("p", words.adds, { class: "adds" }, element("b", adds, { "data-figure": "celebrated" })),
      element("p", "", { class: "fund" }, element("bdi", live.fund[language])),
    ));
    clearTimeout(timer);
    timer = setTimeout(() => node.replaceChildren(), CELEBRATED_FOR_MS);
  }

  function look(totals, live) {
    const isNew = ({ step }) => step.reached_at !== null && !seen.has(`${live.id} ${step.at}`);
    const reached = totals.donation.steps.map((step, place) => ({ step, place })).filter(isNew);
    for (const { step } of reached) seen.add(`${live.id} ${step.at}`);
    const young = reached.filter(({ step }) => serviceNow() - Date.parse(step.reached_at) < YOUNG_MS);
    if (young.length > 0 && !reloaded) celebrate(totals, live, young[young.length - 1].place);
    reloaded = false;
  }

  return { node, look };
}
