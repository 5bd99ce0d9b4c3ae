(lang, width) => {
  const faults = new Map();
  const fault = (what) => faults.set(what, (faults.get(what) || 0) + 1);
  const where = (e) => {
    const at = (x) => x.tagName.toLowerCase() + (x.classList.length ? "." + [...x.classList].join(".") : "");
    return (e.parentElement ? at(e.parentElement) + " > " : "") + at(e);
  };
  const quote = (s) => JSON.stringify(s.trim().replace(/\s+/g, " ").slice(0, 60));

  // Nothing is wider than the screen.
  const root = document.scrollingElement;
  if (root.scrollWidth > width) fault(`the page is ${root.scrollWidth} px wide on a screen of ${width}`);
  const scrolls = (e) => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
      if (getComputedStyle(p).overflowX !== "visible") return true;
    }
    return false;
  };
  const hiding = (e) => e.closest(".hidden, svg, option");
  for (const e of document.body.querySelectorAll("*")) {
    const r = e.getBoundingClientRect();
    if (r.width > 0 && r.height > 0 && (r.right > width + 1 || r.left < -1) && !hiding(e) && !scrolls(e)) fault(`wider than the screen: ${where(e)}`);
  }

  for (const text of document.querySelectorAll("svg text")) {
    const r = text.getBoundingClientRect(), box = text.ownerSVGElement.getBoundingClientRect();
    if (r.width > 0 && (r.left < box.left - 1 || r.right > box.right + 1)) fault(`a label sticks out of its chart: ${quote(text.textContent)}`);
  }

  // Colours, as red, green, blue and alpha.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
      const d = paint.getImageData(0, 0, 1, 1).data;
      known.set(colour, [d[0], d[1], d[2], d[3] / 255]);
    }
    return known.get(colour);
  };
  const over = (top, under, alpha) => [0, 1, 2].map((i) => top[i] * alpha + under[i] * (1 - alpha)).concat(1);
  const canvasColour = rgba(matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#fff");
  const background = (e) => {
    if (!e) return canvasColour;
    const c = rgba(getComputedStyle(e).backgroundColor);
    return c[3] === 1 ? c : over(c, background(e.parentElement), c[3]);
  };
  const opacity = (e) => (e ? Number(getComputedStyle(e).opacity) * opacity(e.parentElement) : 1);
  // Behind a label of a chart is the last shape that was drawn before it around its middle.
  const behind = (text) => {
    const box = text.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    let colour = background(text.ownerSVGElement);
    for (const shape of text.ownerSVGElement.querySelectorAll("rect, path, circle")) {
      if (shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING) break;
      const style = getComputedStyle(shape);
      if (style.fill === "none" || shape.tagName === "path") continue;
      const r = shape.getBoundingClientRect();
      if (r.left > x || r.right < x || r.top > y || r.bottom < y) continue;
      const c = rgba(style.fill);
      colour = over(c, colour, c[3] * Number(style.fillOpacity) * Number(style.opacity));
    }
    return colour;
  };
  const luminance = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => ((v /= 255), v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const legible = (e, colour, under, text, alpha) => {
    const c = rgba(colour);
    const ratio = contrast(over(c, under, c[3] * alpha), under);
    if (ratio < 4.5) fault(`contrast ${ratio.toFixed(2)}: ${where(e)} ${quote(text)}`);
  };

  // Text: can it be read, and is it in the language of the page.
  const said = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (said.nextNode()) {
    const text = said.currentNode.data, e = said.currentNode.parentElement;
    if (!text.trim() || e.closest("script, style, template")) continue;
    if (/<nil>|%!|\{\{|\[object|undefined|\bNaN\b|\[\]/.test(text) && !e.closest("bdi, code, mark, option, textarea, figure svg")) fault(`raw value: ${quote(text)}`);
    const data = e.closest("bdi, code, option, [data-name], figure svg, textarea");
    const other = e.closest("[lang]").lang.slice(0, 2) !== lang;
    if (!data && !other && lang === "en" && /\p{Script=Han}/u.test(text) && !e.closest(".brand")) fault(`no English: ${where(e)} ${quote(text)}`);
    if (!data && !other && lang === "zh" && !/\p{Script=Han}/u.test(text) && /[a-z]{3,} [a-z]{3,}/i.test(text)) fault(`no Chinese: ${where(e)} ${quote(text)}`);
    if (!data && /^[a-z]+([-_][a-z]+)+$/.test(text.trim())) fault(`a raw key: ${where(e)} ${quote(text)}`);
    const r = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    if (r.width < 2 || r.height < 2 || style.visibility !== "visible" || e.closest(":disabled, .hidden")) continue;
    if (e.ownerSVGElement) legible(e, style.fill, behind(e), text, Number(style.fillOpacity) * opacity(e));
    else legible(e, style.color, background(e), text, opacity(e));
  }
  for (const e of document.querySelectorAll("input[placeholder]")) legible(e, getComputedStyle(e, "::placeholder").color, background(e), e.placeholder, 1);
  for (const v of window.qingtingViolations || []) fault(`content security policy: ${v}`);
  if (!document.title.trim()) fault("the page has no title");
  if (document.documentElement.lang.slice(0, 2) !== lang) fault(`the page is said to be in ${document.documentElement.lang}`);
  if (document.querySelectorAll("h1").length !== 1) fault(`${document.querySelectorAll("h1").length} headings of the first order`);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) fault(`the id ${id} stands twice`);
  return [...faults].map(([what, n]) => (n > 1 ? `${what} (${n} times)` : what));
}
