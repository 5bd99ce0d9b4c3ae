{
  begin() {
    const where = (e) => `${e.tagName.toLowerCase()} ${JSON.stringify((e.getAttribute("aria-label") || e.textContent || e.name || "").trim().slice(0, 40))}`;
    const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled;
    const first = (e) => e.type !== "radio" || e.checked || ![...document.getElementsByName(e.name)].some((o) => o.checked || o.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
    const wanted = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter((e) => shown(e) && first(e));
    const looks = (e) => {
      const s = getComputedStyle(e);
      return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine, s.strokeWidth].join();
    };
    document.activeElement?.blur?.();
    const before = new Map(wanted.map((e) => [e, looks(e)]));
    const reached = new Map();
    document.addEventListener("focusin", (event) => {
      if (before.has(event.target)) reached.set(event.target, looks(event.target) !== before.get(event.target));
    });
    window.qingtingFocus = () => [
      ...wanted.filter((e) => !reached.has(e)).map((e) => `not reached by Tab: ${where(e)}`),
      ...[...reached].filter(([, seen]) => !seen).map(([e]) => `focus cannot be seen: ${where(e)}`),
    ];
    return wanted.length + document.querySelectorAll("input[type=date], input[type=datetime-local]").length * 6;
  },
}
