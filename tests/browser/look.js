// Looks at a page as a person with a small screen, weak eyes or a screen reader does; returns what is wrong with it.
() => {
  const numbers = text => text.match(/[\d.]+/g).map(Number);
  const colour = text => { const [r, g, b, a = 1] = numbers(text); return { rgb: [r, g, b], a }; };
  const luminance = rgb => {
    const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = (top, below) => top.rgb.map((v, i) => v * top.a + below[i] * (1 - top.a));
  const ground = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const found = colour(getComputedStyle(each).backgroundColor);
      if (found.a) layers.push(found);
      if (found.a === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const wrong = [];
  const all = selector => [...document.querySelectorAll(selector)].filter(each => each.checkVisibility());
  const name = each => each.textContent.trim().replace(/\s+/g, " ").slice(0, 40) || each.id || each.name;

  const wider = document.documentElement.scrollWidth - innerWidth;
  if (wider > 0) wrong.push(`${wider} px wider than the screen`);

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement, text = texts.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest(".unseen, .skip, option")) continue;
    const style = getComputedStyle(element), below = ground(element);
    const [high, low] = [over(colour(style.color), below), below].map(luminance).sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) wrong.push(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
  }

  // WCAG 2.2 asks for 24 px; what one presses with a thumb has 44. Links within running text are free.
  for (const each of all("a, button, input:not([type=hidden]), select, summary")) {
    const height = Math.round(each.getBoundingClientRect().height);
    const stretched = each.matches("h2 a, h3 a") || each.closest("label"), inText = each.closest("p, dd, li small, .skip");
    const least = each.matches(".button, input, select, .languages button, .tiles a, .menu summary") ? 44 : 24;
    if (!stretched && !inText && each.matches(":not(.skip)") && height < least) wrong.push(`${height} px high: ${name(each)}`);
  }

  for (const each of all("a, button, summary, input:not([type=hidden]), select"))
    if (!each.textContent.trim() && !each.ariaLabel && !each.labels?.length) wrong.push(`nameless: ${each.outerHTML.slice(0, 90)}`);

  const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
  for (const id of new Set(ids)) if (ids.filter(each => each === id).length > 1) wrong.push(`id ${id} twice`);
  for (const each of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const id of `${each.getAttribute("aria-describedby") ?? ""} ${each.getAttribute("aria-labelledby") ?? ""}`.trim().split(/\s+/))
      if (!document.getElementById(id)) wrong.push(`points to no #${id}`);

  for (const landmark of ["h1", "main", "header.top", "footer", "nav.top-nav"])
    if (document.querySelectorAll(landmark).length !== 1) wrong.push(`not one ${landmark}`);
  const ranks = [...document.querySelectorAll("h1, h2, h3, h4")].map(each => Number(each.tagName[1]));
  ranks.forEach((rank, place) => { if (rank > (ranks[place - 1] ?? 0) + 1) wrong.push(`heading of rank ${rank} after ${ranks[place - 1]}`); });
  return wrong;
}
