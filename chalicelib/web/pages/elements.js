// What every page's script begins with: making elements, and where the API's root is.
// Answers for: names and figures as text only, never as markup.
"use strict";

/** The folder above `pages/`: the API may live under a stage, and a page's own address may end with a slash. */
const ROOT = new URL("..", document.currentScript.src);

function element(name, text, attributes = {}, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
