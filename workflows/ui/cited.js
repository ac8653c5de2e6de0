// Draws cited text: sentences with numbered marks, each of which opens in place what the sentence rests on. All text
// enters as text, never as markup.
const shown = new WeakMap()

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag)
  made.textContent = text
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

function button(text, attributes) {
  return element("button", text, { type: "button", ...attributes })
}

function mark(name, { mark, spoken }) {
  return button(mark, { class: "mark", "data-mark": name, "aria-expanded": "false", "aria-label": spoken })
}

function sentence(given, notes) {
  const made = element("span", "", { class: "said" })
  const at = given.text.lastIndexOf(" ") + 1  // a mark stays with the last word, never alone on a line
  const last = element("span", given.text.slice(at), { class: "whole" })
  last.append(...given.marks.map(name => mark(name, notes[name])))
  made.append(given.text.slice(0, at), given.marks.length ? last : given.text.slice(at))
  if (given.address) made.append(element("span", given.address, { class: "address" }))
  return made
}

const HOLDERS = { step: ["ol", "li"], item: ["ul", "li"], quote: ["blockquote", "p"] }

function block(given, notes) {
  const [outer, inner] = HOLDERS[given.part] ?? ["p"]
  const made = element(outer, "", inner ? {} : { "data-block": "" })
  given.sentences.forEach((one, at) => {
    const line = inner ? element(inner, "", { "data-block": "" }) : made
    line.append(!inner && at ? " " : "", sentence(one, notes))
    if (inner) made.append(line)
  })
  return made
}

function section(given, notes) {
  const made = element("section")
  if (given.title) made.append(element(given.level, given.title))
  made.append(...given.blocks.map(one => block(one, notes)))
  return made
}

function lead(given) {
  const made = element("div", "", { class: "lead said" })
  made.append(element("strong", given.label), element("span", given.reason))
  return made
}

function choices(given) {
  const made = element("div", "", { class: "choices said" })
  if (given.title) made.append(element("p", given.title))
  const list = element("ul", "", { class: given.of.every(one => one.says) ? "" : "bare" })
  for (const one of given.of) {
    const line = element("li", one.says)
    if (one.go) line.append(one.says ? " " : "", button(one.does, { class: "go", "data-go": one.go, "aria-label": one.spoken }))
    if (one.under) line.append(element("span", one.under, { class: "under" }))
    list.append(line)
  }
  made.append(list)
  return made
}

function passage(lines) {
  const made = element("div", "", { class: "passage" })
  for (const { part, before, quoted, after } of lines) {
    const line = element("p", "", { class: part })
    line.append(before)
    if (quoted) line.append(element("mark", quoted))
    line.append(after)
    made.append(line)
  }
  return made
}

function note(given) {
  const made = element("div", "", { class: "note", role: "region", "aria-label": given.spoken })
  const head = element("div", "", { class: "head" })
  head.append(element("span", given.mark, { class: "number" }), element("strong", given.title))
  head.append(button("\u2715", { class: "close", "aria-label": "Close this citation" }))
  made.append(head)
  if (given.where) made.append(element("p", given.where, { class: "where" }))
  if (given.passage.length) made.append(passage(given.passage))
  if (given.remark) made.append(element("p", given.remark, { class: "remark" }))
  if (given.sources.length) {
    const list = element("ul", "", { class: "sources", "aria-label": "Sources" })
    for (const { says, address } of given.sources) {
      const line = element("li", says)
      if (address) line.append(element("span", address, { class: "address" }))
      list.append(line)
    }
    made.append(list)
  }
  if (given.go) made.append(button(given.does, { class: "go", "data-go": given.go }))
  return made
}

function close(root) {
  const open = root.querySelector("[data-mark][aria-expanded=true]")
  root.querySelector(".note")?.remove()
  open?.setAttribute("aria-expanded", "false")
  return open
}

function open(root, chosen, notes) {
  if (close(root) === chosen) return
  chosen.setAttribute("aria-expanded", "true")
  const home = chosen.closest("[data-block]")
  const made = note(notes[chosen.dataset.mark])
  if (home.tagName === "LI" || home.parentElement.tagName === "BLOCKQUOTE") home.append(made)
  else home.after(made)
  made.scrollIntoView({ block: "nearest" })
}

async function copy(root, text) {
  const told = root.querySelector(".told")
  try {
    await navigator.clipboard.writeText(text)
    told.textContent = "Copied."
  } catch {  // not offered outside a secure page: select a copy for the keyboard instead
    const box = element("textarea", text, { readonly: "", "aria-label": "The answer as text" })
    root.querySelector(".foot").append(box)
    box.select()
    told.textContent = document.execCommand("copy") ? "Copied." : "Press Ctrl+C to copy."
    if (told.textContent === "Copied.") box.remove()
  }
}

function draw(root, data) {
  const parts = []
  if (data.name) parts.push(element("h2", data.name, { class: "unseen" }))
  if (data.lead) parts.push(lead(data.lead))
  parts.push(...data.choices.filter(one => one.first).map(choices))
  parts.push(...data.sections.map(one => section(one, data.notes)))
  parts.push(...data.choices.filter(one => !one.first).map(choices))
  if (data.copy) {
    const foot = element("div", "", { class: "foot said" })
    foot.append(button("Copy as text", { class: "copy" }), element("span", "", { class: "told", role: "status" }))
    parts.push(foot)
  }
  root.replaceChildren(...parts)
  if (!data.fresh) return
  const lines = root.querySelectorAll(".said")
  const beat = Math.min(45, 800 / lines.length)
  lines.forEach((line, at) => line.style.setProperty("--after", `${at * beat}ms`))
  root.classList.add("fresh")
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".cited")
  const { fresh, ...rest } = data
  const drawn = JSON.stringify(rest)
  if (shown.get(root) !== drawn) {
    const arrived = !shown.has(root)
    root.classList.remove("fresh")
    draw(root, data)
    shown.set(root, drawn)
    if (arrived && data.newest) requestAnimationFrame(() => root.scrollIntoView({ block: "start" }))
  }
  root.onclick = event => {
    const chosen = event.target.closest("button")
    if (!chosen) return
    if (chosen.dataset.mark) open(root, chosen, data.notes)
    else if (chosen.dataset.go) setTriggerValue("chosen", chosen.dataset.go)
    else if (chosen.matches(".close")) close(root)?.focus()
    else if (chosen.matches(".copy")) copy(root, data.copy)
  }
  root.onkeydown = event => {
    if (event.key === "Escape") close(root)?.focus()
  }
}
