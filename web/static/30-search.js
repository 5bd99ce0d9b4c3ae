// Conveniences of the search page: completions while typing, and keys to go through
// results. Everything is there without them.
{
  const field = document.getElementById("query");
  const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";

  if (field) {
    const list = document.createElement("ul");
    list.id = "completions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", lang === "en" ? "Completions" : "补全");
    field.after(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) field.setAttribute(name, value);

    let at = -1, asked = 0, timer = 0, under = null;
    // The part of the query that is being typed: the last word before the caret.
    const part = () => {
      const before = field.value.slice(0, field.selectionStart ?? field.value.length);
      const begin = Math.max(before.lastIndexOf(" "), before.lastIndexOf("("), before.lastIndexOf("\u3000")) + 1;
      return { begin, end: before.length, text: before.slice(begin) };
    };
    const close = () => {
      list.hidden = true;
      at = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
    const choose = (item) => {
      const p = under ?? part();
      field.value = field.value.slice(0, p.begin) + item.dataset.query + field.value.slice(p.end);
      const caret = p.begin + item.dataset.query.length;
      field.setSelectionRange(caret, caret);
      close();
      field.focus();
    };
    const mark = (n) => {
      const items = list.children;
      if (!items.length) return;
      at = (n + items.length) % items.length;
      for (let i = 0; i < items.length; i++) items[i].setAttribute("aria-selected", String(i === at));
      items[at].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", items[at].id);
    };
    const show = (found) => {
      list.replaceChildren(...found.map((s, i) => {
        const item = document.createElement("li");
        item.id = "completion-" + i;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.query = s.query || s.text;
        item.append(s.text);
        if (s.query && s.query !== s.text) {
          const what = document.createElement("span");
          what.textContent = s.query;
          item.append(what);
        }
        item.addEventListener("mousedown", (e) => { e.preventDefault(); choose(item); });
        return item;
      }));
      at = -1;
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(found.length > 0));
    };
    const ask = async () => {
      const p = part(), mine = ++asked;
      if (!p.text || p.text.startsWith("\"")) return close();
      try {
        const answer = await fetch("/api/v1/suggest?n=8&lang=" + lang + "&q=" + encodeURIComponent(p.text), { headers: { Accept: "application/json" } });
        if (!answer.ok || mine !== asked) return;
        const found = (await answer.json()).suggestions ?? [];
        if (mine === asked && document.activeElement === field) { under = p; show(found); }
      } catch { close(); }
    };
    field.addEventListener("input", (e) => {
      clearTimeout(timer);
      if (e.isComposing) return;
      timer = setTimeout(ask, 120);
    });
    field.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
    field.addEventListener("blur", () => { asked++; close(); });
    field.addEventListener("keydown", (e) => {
      if (e.isComposing) return;
      if (e.key === "Escape") { e.preventDefault(); asked++; if (list.hidden) field.blur(); else close(); return; }
      if (list.hidden) return;
      if (e.key === "ArrowDown") { e.preventDefault(); mark(at + 1); }
      else if (e.key === "ArrowUp") { e.preventDefault(); mark(at < 0 ? -1 : at - 1); }
      else if (e.key === "Enter" && at >= 0) { e.preventDefault(); choose(list.children[at]); }
    });
  }

  const hits = [...document.querySelectorAll("ol.hits.found > li")];
  let here = -1;
  const go = (n) => {
    if (!hits.length) return;
    hits[here]?.classList.remove("current");
    here = Math.min(Math.max(n, 0), hits.length - 1);
    hits[here].classList.add("current");
    hits[here].tabIndex = -1;
    hits[here].focus({ preventScroll: true });
    hits[here].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    if (e.target instanceof Element && e.target.closest("input, select, textarea, [contenteditable]")) return;
    switch (e.key) {
      case "/":
        if (!field) { location.href = "/search?lang=" + lang; }
        else { field.focus(); field.select(); }
        break;
      case "j": go(here + 1); break;
      case "k": go(here - 1); break;
      case "o": hits[here]?.querySelector("a.whole")?.click(); break;
      case "?": {
        const keys = document.querySelector("details.keys");
        if (!keys) return;
        keys.open = !keys.open;
        if (keys.open) keys.scrollIntoView({ block: "nearest" });
        break;
      }
      default: return;
    }
    e.preventDefault();
  });
}
