// Draws the findings of a contract as a list to choose from, and a page of it with the quoted words marked. All text
// enters as text, never as markup: it comes from a file that somebody else wrote.
const shown = new WeakMap()

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag)
  made.textContent = text
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

function finding(given) {
  const made = element("button", "", { type: "button", "data-finding": given.key })
  made.append(element("span", given.title, { class: "title" }))
  made.append(element("span", given.where, { class: "where" }))
  if (given.decision) made.append(element("span", given.decision, { class: "decision" }))
  const line = element("li")
  line.append(made)
  return line
}

function group(given) {
  const made = element("section", "", { class: given.risk })
  made.append(element("h3", given.name))
  const list = element("ul")
  list.append(...given.findings.map(finding))
  made.append(list)
  return made
}

function page(given) {
  const made = element("section", "", { class: "page" })
  made.append(element("h3", given.title))
  if (given.remark) made.append(element("p", given.remark, { class: "remark" }))
  for (const parts of given.paragraphs) {
    const line = element("p")
    for (const [text, marked] of parts) line.append(marked ? element("mark", text) : text)
    made.append(line)
  }
  return made
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".clauses")
  const { selected, ...rest } = data
  const drawn = JSON.stringify(rest)
  const anew = shown.get(root) !== drawn
  if (anew) {
    root.setAttribute("aria-label", data.name)
    root.classList.toggle("paper", Boolean(data.pages.length))
    root.replaceChildren(...data.groups.map(group), ...data.pages.map(page))
    shown.set(root, drawn)
  }
  for (const one of root.querySelectorAll("[data-finding]")) {
    const chosen = one.dataset.finding === selected
    one.setAttribute("aria-pressed", String(chosen))
    if (chosen && anew) root.scrollTop = Math.max(0, one.offsetTop - root.offsetTop - 120)
  }
  const first = root.querySelector("mark")
  if (first && anew) root.scrollTop = Math.max(0, first.offsetTop - root.offsetTop - 120)
  root.onclick = event => {
    const chosen = event.target.closest("[data-finding]")
    if (chosen) setTriggerValue("chosen", chosen.dataset.finding)
  }
}
