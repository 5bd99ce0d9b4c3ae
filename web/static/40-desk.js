// Reviewing by keyboard. Everything here is a shortcut to the form, which does the same without it.
const form = document.getElementById("judge");
if (form) {
  const misses = [...form.querySelectorAll(".miss")];
  const within = (field, node) => field.contains(node.nodeType === 1 ? node : node.parentNode);
  // offset counts code points from the beginning of a text to a place in it.
  const offset = (field, node, at) => {
    const range = document.createRange();
    range.setStart(field, 0);
    range.setEnd(node, at);
    return [...range.toString()].length;
  };
  const input = (row, name) => row.querySelector(`[name^="${name}"]`);
  // missed puts the selection into the next free row.
  const missed = () => {
    const selection = getSelection();
    if (selection.rangeCount === 0 || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const fields = [...form.querySelectorAll(".reading")];
    const index = fields.findIndex((f) => within(f, range.startContainer) && within(f, range.endContainer));
    const row = misses.find((m) => !input(m, "start").value && !input(m, "text").value);
    if (index < 0 || !row) return;
    const text = fields[index].querySelector("bdi");
    input(row, "start").value = offset(text, range.startContainer, range.startOffset);
    input(row, "end").value = offset(text, range.endContainer, range.endOffset);
    input(row, "field").selectedIndex = index;
    const more = row.closest("details");
    if (more) more.open = true;
    input(row, "type").focus();
  };
  const shown = (select) => {
    const mark = form.querySelector(`mark[data-n="${select.name.slice(4)}"]`);
    if (mark) mark.classList.toggle("vain", select.value === "not_personal");
  };
  const marks = [...form.querySelectorAll('select[name^="mark"]')];
  marks.forEach((m) => { m.addEventListener("change", () => shown(m)); shown(m); });
  const vain = () => {
    const next = marks.find((m) => m.value === "right");
    if (!next) return;
    next.value = "not_personal";
    shown(next);
    next.focus();
  };
  const press = (value) => form.querySelector(`button[value="${value}"]`)?.click();
  const go = (id) => document.getElementById(id)?.click();
  document.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); press("marked"); return; }
    if (e.key === "Escape" && form.contains(e.target)) { e.target.blur(); return; }
    const mark = e.target.closest('select[name^="mark"]') && "123".includes(e.key); // no verdict begins with a digit
    if (e.ctrlKey || e.metaKey || e.altKey || (!mark && e.target.closest("input:not([type=checkbox]), select, textarea"))) return;
    const act = { 1: () => press("right"), 2: missed, 3: vain, j: () => go("next"), k: () => go("previous") }[e.key];
    if (act) { e.preventDefault(); act(); }
  });
}
