// Changing what a page shows without making it anew: what has focus keeps it, what a reader has opened stays open.
// Answers for: only what differs is touched. Refuses: knowing what is shown.

/** Whether what is there can become what is wanted; a `data-key` tells things of a list apart. */
function isSame(have, want) {
  return have.nodeName === want.nodeName && have.dataset?.key === want.dataset?.key;
}

function updateAttributes(have, want) {
  for (const { name } of [...have.attributes]) {
    // Whether `details` is open is the reader's own.
    if (name !== "open" && !want.hasAttribute(name)) have.removeAttribute(name);
  }
  for (const { name, value } of want.attributes) {
    if (have.getAttribute(name) !== value) have.setAttribute(name, value);
  }
}

/** Makes one node like another. Nothing that stays is moved, for a moved link loses focus; what stands before it goes. */
function update(have, want) {
  if (have.nodeType === Node.TEXT_NODE) {
    if (have.data !== want.data) have.data = want.data;
    return;
  }
  updateAttributes(have, want);
  let next = have.firstChild;
  for (const child of [...want.childNodes]) {
    let found = next;
    while (found && !isSame(found, child)) found = found.nextSibling;
    if (!found) {
      have.insertBefore(child, next);
      continue;
    }
    while (next !== found) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
    update(found, child);
    next = found.nextSibling;
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}
