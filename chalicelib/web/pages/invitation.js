// The page of an invitation: asks for the list of files beside it, and shows it in the invitation's language.
// Answers for: names as text only, never as markup. Refuses: every address but those under the page's own.
const WORDS = {
  ja: {
    to: (whom) => `宛先：${whom}`,
    asOf: "集計時点",
    expires: "有効期限",
    until: (day) => `${day}まで（日本時間）`,
    jst: (moment) => `${moment}（日本時間）`,
    none: "リアクションはまだありません。",
    unpublished: "レポートはまだ公開されていません。公開されると、このページに表示されます。",
    missing: "作成できなかったファイル",
    later: "次の更新で作り直します",
    never: "この形式では作成できません",
    anew: "開いたファイルは、再読み込みやブックマークができません。このページのリンクを保存し、ファイルは毎回ここから開いてください。",
    hashes: "ファイルの確認用ハッシュ値（SHA-256）",
    newest: "ファイルは、開いた時点で最新のレポートのものです。",
    groups: {
      html: "レポート", pdf: "PDF", png: "カード画像", xlsx: "Excel ファイル", csv: "表（CSV）", json: "データ（JSON）",
      other: "その他のファイル",
    },
    files: {
      "report.ja.html": "日本語のレポート", "report.en.html": "英語のレポート", "summary.ja.pdf": "日本語の概要",
      "summary.en.pdf": "英語の概要", "card.ja.png": "日本語のカード", "card.en.png": "英語のカード",
      "report.xlsx": "集計のブック", "totals.csv": "集計", "minutes.csv": "1分ごとの集計", "report.json": "レポートのデータ",
      "report.schema.json": "データの形式（JSON Schema）",
    },
  },
  en: {
    to: (whom) => `For ${whom}`,
    asOf: "As of",
    expires: "Valid until",
    until: (day) => `the end of ${day} in Japan`,
    jst: (moment) => `${moment} JST (UTC+9)`,
    none: "No reactions yet.",
    unpublished: "No report has been published yet. Once there is one, it will appear on this page.",
    missing: "Files that could not be made",
    later: "tried again at the next update",
    never: "cannot be made in this format",
    anew: "An opened file cannot be reloaded or bookmarked. Keep the link to this page, and open files anew from here.",
    hashes: "Hashes to check the files with (SHA-256)",
    newest: "Files are those of the newest report at the moment you open them.",
    groups: {
      html: "Report", pdf: "PDF", png: "Card image", xlsx: "Workbook (Excel)", csv: "Tables (CSV)", json: "Data (JSON)",
      other: "Other files",
    },
    files: {
      "report.ja.html": "Report in Japanese", "report.en.html": "Report in English", "summary.ja.pdf": "Summary in Japanese",
      "summary.en.pdf": "Summary in English", "card.ja.png": "Card in Japanese", "card.en.png": "Card in English",
      "report.xlsx": "Workbook of the totals", "totals.csv": "Totals", "minutes.csv": "Minute by minute",
      "report.json": "The report as data", "report.schema.json": "Form of the data (JSON Schema)",
    },
  },
};
const INVALID = [
  ["ja", "このリンクは無効です", "有効期限が切れたか、取り消されたか、正しくないリンクです。お手数ですが、リンクの送り主にお問い合わせください。"],
  ["en", "This link is not valid", "It has expired, was revoked, or is not right. Please ask whoever sent it to you."],
];
const UNREAD = [
  ["ja", "表示できませんでした", "しばらくしてから、もう一度開いてください。"],
  ["en", "The list could not be read", "Please open this page again in a moment."],
];

const here = location.pathname.replace(/\/+$/, "");
const page = document.getElementById("page");

function size(bytes, language) {
  const [unit, divisor] = bytes < 1000 ? ["byte", 1] : bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const style = { style: "unit", unit, unitDisplay: divisor === 1 ? "long" : "short", maximumFractionDigits: divisor === 1e6 ? 1 : 0 };
  return new Intl.NumberFormat(language, style).format(bytes / divisor);
}

function moment(text, language, zone, time) {
  const style = { dateStyle: "long", timeZone: zone, ...(time ? { timeStyle: "short" } : {}) };
  return new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", style).format(new Date(text));
}

function fact(name, value) {
  return [element("dt", name), element("dd", value)];
}

function groupOf(file, words) {
  const end = file.name.split(".").pop();
  return end !== "other" && end in words.groups ? end : "other";
}

/** What a file is, and under it its name and what there is to say of it. */
function named(file, said, words) {
  const label = Object.hasOwn(words.files, file.name) ? words.files[file.name] : file.name;
  return [element("span", label, { class: "label" }), element("span", `${file.name} · ${said}`, { class: "name" })];
}

/** Files of a group, those in the reader's own language first. */
function group(kind, files, words, language) {
  const others = (file) => Number(/\.(ja|en)\./.test(file.name) && !file.name.includes(`.${language}.`));
  const sorted = files.filter((file) => groupOf(file, words) === kind).sort((one, other) => others(one) - others(other));
  if (sorted.length === 0) return [];
  const rows = sorted.map((file) => {
    const link = { href: `${here}/${encodeURIComponent(file.name)}`, target: "_blank", rel: "noopener noreferrer" };
    return element("li", "", {}, element("a", "", link, ...named(file, size(file.bytes, language), words)));
  });
  return [element("h2", words.groups[kind]), element("ul", "", { class: "files" }, ...rows)];
}

function shown(invited) {
  const language = invited.language;
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = invited.title;
  const asOf = invited.as_of ? words.jst(moment(invited.as_of, language, "Asia/Tokyo", true)) : words.none;
  const expires = words.until(moment(invited.expires_on, language, "UTC", false));
  const facts = [...(invited.published ? fact(words.asOf, asOf) : []), ...fact(words.expires, expires)];
  const parts = [
    element("h1", invited.title),
    element("p", "", { class: "for" }, element("bdi", words.to(invited.for_whom))),
    element("dl", "", { class: "facts" }, ...facts),
  ];
  if (!invited.published) return [...parts, element("p", words.unpublished)];
  parts.push(element("p", words.anew, { class: "note" }));
  for (const kind of Object.keys(words.groups)) parts.push(...group(kind, invited.files, words, language));
  if (invited.missing.length > 0) {
    const said = (file) => named(file, file.lasting ? words.never : words.later, words);
    const rows = invited.missing.map((file) => element("li", "", {}, ...said(file)));
    parts.push(element("h2", words.missing), element("ul", "", { class: "files missing" }, ...rows));
  }
  const hashes = invited.files.flatMap((file) => [
    element("dt", file.name),
    element("dd", "", {}, element("code", file.sha256)),
  ]);
  parts.push(element("p", words.newest, { class: "note" }));
  parts.push(element("details", "", {}, element("summary", words.hashes), element("dl", "", { class: "hashes" }, ...hashes)));
  return parts;
}

function told(languages) {
  const heading = element("h1", "Local Love");
  return [heading, ...languages.flatMap(([lang, title, text]) => [element("h2", title, { lang }), element("p", text, { lang })])];
}

async function show() {
  try {
    const answer = await fetch(`${here}/files.json`);
    if (!answer.ok && answer.status !== 404) throw new Error(`answered ${answer.status}`);
    page.replaceChildren(...(answer.ok ? shown(await answer.json()) : told(INVALID)));
  } catch (error) {
    console.error(error);
    page.replaceChildren(...told(UNREAD));
  }
  page.setAttribute("aria-busy", "false");
}

show();
