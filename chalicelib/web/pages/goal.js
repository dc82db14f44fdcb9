// The way to the next step of a live's donation rule.
// Answers for: a thermometer from the step before to the next one, what is missing, what that adds, and the donation so far.
// Refuses: reckoning money or what is missing: the API says both.

/** How far a total is between two steps, from 0 to 1. */
function share(totals) {
  const { steps, next_step: next } = totals.donation;
  const before = steps.reduce((last, step) => (step.at < next.at ? Math.max(last, step.at) : last), 0);
  return Math.min(1, Math.max(0, (totals.counts.total - before) / (next.at - before)));
}

function row(...children) {
  return element("p", "", { class: "row" }, ...children);
}

function figure(name, text) {
  return element("b", text, { "data-figure": name });
}

/** The donation of a live so far, and whether that is final. */
function donationRow({ donation }, words, language) {
  const said = donation.final ? words.donationFinal : words.donation;
  return row(element("span", said), figure("donation", money(donation.minor, donation.currency, donation.exponent, language)));
}

/** A goal as `node`, maybe with the live's title; `show` hands it each answer about a live. */
function goal(words, language, titled) {
  const texts = element("div"), below = element("div"), fill = element("span", "", { class: "fill" });
  const tube = element("div", "", { class: "tube", "aria-hidden": "true" }, fill);
  const node = element("section", "", { class: "goal" }, texts, tube, below);

  function ahead({ next_step: next, currency, exponent }) {
    return [
      element("span", words.left, {}, figure("remaining", counted(next.remaining, language)), words.leftEnd),
      element("span", words.addsThen, {}, figure("adds", money(next.minor, currency, exponent, language))),
    ];
  }

  function show(totals, live) {
    const { steps, next_step: next } = totals.donation;
    const said = next ? words.next : steps.length > 0 ? words.allReached : words.donationOf;
    const head = element("h2", said, {}, ...(titled ? [element("bdi", live.title[language])] : []));
    texts.replaceChildren(row(head, ...(next ? [figure("goal", counted(next.at, language))] : [])));
    tube.hidden = steps.length === 0;
    fill.style.setProperty("--share", next ? share(totals) : 1);
    below.replaceChildren(...(next ? [row(...ahead(totals.donation))] : []), donationRow(totals, words, language));
  }

  return { node, show };
}
