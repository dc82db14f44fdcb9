// A number that rolls like an odometer's wheels when it changes.
// Answers for: text that is the number said, at once and to the digit. Refuses: numbers between two that were said: what rolls is
// each digit by itself, drawn by the style sheet, and no text.

const ROLLING = { duration: 900, easing: "cubic-bezier(.2, .7, .2, 1)" };

function wheel(digit) {
  const strip = element("span", "", { class: "strip" });
  strip.style.setProperty("--digit", digit);
  return element("span", "", { class: "wheel" }, strip);
}

/** Rolls a wheel from the digit that it showed: on when the number grows, else back. A strip has all digits twice. */
function roll(made, before, digit, grows) {
  const [from, to] = grows ? [before, digit < before ? digit + 10 : digit] : [digit > before ? before + 10 : before, digit];
  const at = (place) => ({ transform: `translateY(${place * -5}%)` });
  made.firstChild.animate([at(from), at(to)], ROLLING);
}

/** An odometer as `node`; `show` hands it the next number. */
function odometer(language) {
  const said = element("span", "", { class: "unseen", "data-figure": "total" });
  const wheels = element("span", "", { class: "wheels", "aria-hidden": "true" });
  const still = globalThis.matchMedia("(prefers-reduced-motion: reduce)");
  let last = null;

  function show(number) {
    if (number === last) return;
    const [text, before] = [counted(number, language), said.textContent];
    said.textContent = text;
    const made = [...text].map((sign) => (/\d/.test(sign) ? wheel(sign) : element("span", sign, { class: "mark" })));
    wheels.replaceChildren(...made);
    made.forEach((each, place) => {
      const [was, is] = [before[place + before.length - text.length], text[place]];
      if (/\d/.test(was ?? "") && was !== is && !still.matches) roll(each, Number(was), Number(is), number > last);
    });
    last = number;
  }

  return { node: element("p", "", { class: "total" }, said, wheels), show };
}
