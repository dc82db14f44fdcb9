// Reactions per minute: drawn, named at their peak, and as a table for whoever does not see the drawing.
// Answers for: each minute as the API said it. Refuses: minutes that have not begun, and lives of more than a day.

/** Columns of minutes: each kind on top of those before it. */
function chart(series, peak, label) {
  const width = 10 * series.length, gap = series.length > 240 ? 0 : 1;
  const height = (count) => (100 * count) / peak.counts.total;
  const paths = KINDS.map((kind, place) => {
    const columns = series.map(({ counts }, index) => {
      const under = KINDS.slice(0, place).reduce((sum, each) => sum + counts[each], 0);
      const [foot, tall] = [100 - height(under), height(counts[kind])];
      return tall > 0 ? `M${10 * index} ${foot.toFixed(2)}v${(-tall).toFixed(2)}h${10 - gap}v${tall.toFixed(2)}z` : "";
    });
    return drawn("path", { d: columns.join(""), class: kind });
  });
  return drawn("svg", { viewBox: `0 0 ${width} 100`, preserveAspectRatio: "none", role: "img", "aria-label": label, class: "chart" }, ...paths);
}

function peakOf(live, series) {
  const peak = series.reduce((most, each) => (each.counts.total > most.counts.total ? each : most));
  const segment = segments(live, Date.parse(peak.at)).find((each) => each.isOn);
  return { peak, segment: segment ? [LANGUAGE === "ja" ? "、" : " ", element("bdi", WORDS.peakIn(unturned(segment.title)))] : [] };
}

function minutesSection(live, totals, nowMs) {
  if (live === null || totals === null) return section("minutes", "");
  const title = element("p", "", { class: "note cut" }, named(live.title));
  if (totals.series === undefined) return section("minutes", WORDS.minutes, title, element("p", WORDS.tooLong));
  if (totals.counts.total === 0) return section("minutes", WORDS.minutes, title, element("p", WORDS.nothingYet));
  const { peak, segment } = peakOf(live, totals.series);
  const most = figure("peak", counted(peak.counts.total, LANGUAGE));
  const line = element("p", WORDS.peak, { class: "cut" }, ...WORDS.peakLine(clockOf(Date.parse(peak.at)), most), ...segment);
  const ends = [live.starts_at, live.ends_at].map((each) => element("span", clockOf(Date.parse(each))));
  const keys = KINDS.map((kind) => element("li", WORDS[kind], { class: kind }));
  const begun = totals.series.filter((each) => Date.parse(each.at) <= nowMs);
  const rows = begun.map((each) => [clockOf(Date.parse(each.at)), ...cellsOf(each.counts, "minute")]);
  const heads = [WORDS.minute, ...KINDS.map((kind) => WORDS[kind]), WORDS.sum];
  return section(
    "minutes",
    WORDS.minutes,
    title,
    line,
    chart(totals.series, peak, line.textContent),
    element("p", "", { class: "ends", "aria-hidden": "true" }, ...ends),
    element("ul", "", { class: "keys" }, ...keys),
    element("details", "", { "data-key": "minutes" }, element("summary", WORDS.minutesTable), table(WORDS.minutes, heads, rows)),
  );
}
