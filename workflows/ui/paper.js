// Draws a letter with every sentence selectable. All text enters as text, never as markup.
const shown = new WeakMap()

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag)
  made.textContent = text
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

function sentence(given) {
  // A span, so that sentences flow as in the letter; role and keys make it a button for everybody.
  const made = element("span", given.text, { role: "button", tabindex: "0", "data-slot": given.slot })
  if (given.mark) {
    made.dataset.mark = given.mark
    made.setAttribute("aria-label", `${given.text} (${given.mark})`)
  }
  return made
}

function table(given) {
  const made = element("table")
  const row = (cells, tag) => {
    const line = element("tr")
    cells.forEach((text, n) => line.append(element(tag, text, { class: given.aligned[n] === "r" ? "r" : "l" })))
    return line
  }
  const head = element("thead")
  const body = element("tbody")
  head.append(row(given.header, "th"))
  given.rows.forEach(cells => body.append(row(cells, "td")))
  made.append(head, body)
  if (given.total) {
    const foot = element("tfoot")
    foot.append(row(given.total, "td"))
    made.append(foot)
  }
  const frame = element("div", "", { class: "table", tabindex: "0", role: "group", "aria-label": "Table of the letter" })
  frame.append(made)
  return frame
}

function section(given) {
  const made = element("section", "", { class: given.style })
  if (given.title) made.append(element("h3", given.title))
  const flow = element(given.style === "list" ? "ul" : given.style === "prose" ? "p" : "div")
  given.sentences.forEach((one, n) => {
    if (given.style === "prose") {
      if (n) flow.append(" ")
      flow.append(sentence(one))
    } else {
      const line = element(given.style === "list" ? "li" : "div")
      line.append(sentence(one))
      flow.append(line)
    }
  })
  if (given.sentences.length) made.append(flow)
  if (given.table) made.append(table(given.table))
  if (given.note) made.append(sentence(given.note))
  return made
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const paper = parentElement.querySelector(".paper")
  const drawn = JSON.stringify(data.sections)
  if (shown.get(paper) !== drawn) {
    paper.replaceChildren(...data.sections.map(section))
    shown.set(paper, drawn)
  }
  for (const one of paper.querySelectorAll("[data-slot]")) {
    one.setAttribute("aria-pressed", String(one.dataset.slot === data.selected))
  }
  const choose = event => {
    const chosen = event.target.closest("[data-slot]")
    if (!chosen || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return
    event.preventDefault()
    setTriggerValue("slot", chosen.dataset.slot)
  }
  paper.onclick = choose
  paper.onkeydown = choose
}
