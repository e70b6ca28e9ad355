/**
 * Every few seconds the sections that have an id are brought up to date from the page as it is now. Nodes stay where
 * they are and change only in what is different, so that scroll, focus, open details and selection stay; text that is
 * selected waits until it is not.
 */
export const SCRIPT = `
const isSelected = (node) => {
  const selection = getSelection()
  return !selection.isCollapsed && selection.containsNode(node, true)
}
const keyOf = (node) => (node.nodeType === 1 && (node.id || node.dataset.key)) || ''
const isAlike = (old, next) => old.nodeType === next.nodeType && old.nodeName === next.nodeName && keyOf(old) === keyOf(next)
const update = (old, next) => {
  if (old.nodeType === 3) {
    if (old.data !== next.data && !isSelected(old)) old.data = next.data
    return
  }
  for (const { name } of [...old.attributes]) if (name !== 'open' && !next.hasAttribute(name)) old.removeAttribute(name)
  for (const { name, value } of next.attributes) {
    if (name !== 'open' && old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  let place = old.firstChild
  for (const child of [...next.childNodes]) {
    let found = place
    while (found && !isAlike(found, child)) found = found.nextSibling
    if (!found) {
      old.insertBefore(document.importNode(child, true), place)
      continue
    }
    while (place !== found) {
      const gone = place
      place = place.nextSibling
      gone.remove()
    }
    update(found, child)
    place = found.nextSibling
  }
  while (place) {
    const gone = place
    place = place.nextSibling
    gone.remove()
  }
}
const refresh = async () => {
  const { dataset } = document.body
  if (!dataset.every) return
  setTimeout(refresh, Number(dataset.every))
  if (document.hidden) return
  const connection = document.getElementById('connection')
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(10000) })
    if (!answer.ok) throw answer
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    document.title = fresh.title
    for (const section of document.querySelectorAll('main > [id]')) {
      const next = fresh.getElementById(section.id)
      if (next) update(section, next)
    }
    if (fresh.body.dataset.every) dataset.every = fresh.body.dataset.every
    else delete dataset.every
    if (connection.textContent) connection.textContent = ''
  } catch {
    connection.textContent = 'This replica does not answer; what is shown is old.'
  }
}
if (document.body.dataset.every) setTimeout(refresh, Number(document.body.dataset.every))
`
