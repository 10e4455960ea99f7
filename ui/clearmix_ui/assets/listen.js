/* Clearmix pages: sends what the listener does to the server and patches what it answers into the
   page. Nothing here decides anything, and nothing is fetched from anywhere else. */
(() => {
  "use strict";
  if (window.clearmix) return;

  const clearmix = (window.clearmix = { send: () => {}, player: null });
  // --- page ---------------------------------------------------------------------------------

  const THEME = "clearmix-theme";
  const themed = (dark) => document.body.classList.toggle("dark", dark);
  const chosen = localStorage.getItem(THEME);
  if (chosen) themed(chosen === "dark");

  // The tab is named after its page, and says when music plays in it.
  clearmix.top = (root, watch) => {
    const name = () => clearmix.name(clearmix.heard);
    watch("value", () => requestAnimationFrame(name));
    name();
  };

  clearmix.name = (heard = "") => {
    clearmix.heard = heard;
    const page = document.querySelector("#cm-masthead h1")?.textContent;
    document.title = [heard && `▶ ${heard}`, page, "Clearmix"].filter(Boolean).join(" · ");
  };

  document.addEventListener("click", async (event) => {
    const target = event.target.closest("button");
    if (!target) return;
    const { player } = clearmix;
    if (target.dataset.play) return void player.load(target.dataset.play, { toggle: true });
    if (target.dataset.compare) {
      const { compare, beside, names } = target.dataset;
      const versus = beside ? { item: beside, names: names.split("|") } : null;
      return void player.load(compare, { side: "b", versus });
    }
    if (target.dataset.preview) return void player.preview(target.dataset);
    if ("copy" in target.dataset) return copy(target);
    if (target.dataset.source) {
      return clearmix.send({ kind: "source", value: target.dataset.source, label: "" });
    }
    if (target.dataset.kind) {
      const { kind, value = "", label = "" } = target.dataset;
      if (kind === "cancel") target.disabled = true;
      if (!(await clearmix.send({ kind, value, label }))) target.disabled = false;
      return;
    }
    if ("themeSwitch" in target.dataset) {
      const dark = !document.body.classList.contains("dark");
      themed(dark);
      localStorage.setItem(THEME, dark ? "dark" : "light");
    }
  });

  const copy = async (button) => {
    const address = button.parentElement.querySelector(".cm-address");
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
    } catch {
      document.execCommand("copy"); // without https there is no other way
    }
    button.textContent = "Copied";
  };

  // --- songs --------------------------------------------------------------------------------

  const FIND_MS = 150; // after the last letter

  clearmix.find = (root, trigger) => {
    const form = root.querySelector("form");
    let waiting = 0;
    const ask = () => {
      const { find, only } = form.elements;
      trigger("find", { find: find.value.trim(), only: only.checked ? "yes" : "" });
    };
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, FIND_MS);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    clearmix.line.onNews(ask); // what may be remixed may have changed
  };

  clearmix.shelf = (root, props, watch) => {
    const draw = () => {
      const fresh = element(props.value || '<div class="cm-shelf"></div>');
      patch(root.querySelector(".cm-shelf"), fresh);
      showChosen();
      clearmix.player?.mark();
    };
    watch("value", draw);
    draw();
  };

  // --- settings -----------------------------------------------------------------------------

  // What a control stood at when it was drawn: only what was moved since is sent.
  const drawn = (field) =>
    field.tagName === "SELECT"
      ? ([...field.options].find((one) => one.defaultSelected) || field.options[0]).value
      : field.defaultValue;

  const moved = (form) =>
    Object.fromEntries(
      [...form.elements]
        .filter((field) => field.name && field.value !== drawn(field))
        .map((field) => [field.name, field.value]),
    );

  const tempoInWords = (field) => {
    const percent = Number(field.value);
    const bpm = field.dataset.bpm * (1 + percent / 100);
    const way = percent ? `${Math.abs(percent)} % ${percent > 0 ? "faster" : "slower"}` : "as it is";
    return bpm ? `${way} · ${Math.round(bpm)} BPM` : way;
  };

  const strengthInWords = (field) =>
    JSON.parse(field.dataset.names).find(([most]) => Number(field.value) <= most)[1];

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-settings]");
    if (!form) return;
    const { name } = event.target;
    const output = form.querySelector(`output[data-of="${name}"]`);
    if (output) {
      output.value = name === "tempo" ? tempoInWords(event.target) : strengthInWords(event.target);
      event.target.setAttribute("aria-valuetext", output.value);
    }
    form.querySelector("[type=submit]").disabled = !Object.keys(moved(form)).length;
  });

  // What is opened at the end of the conversation is brought into view.
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (target.open && target.matches(".cm-drawer")) scrollToEnd(target.closest(".cm-log"));
    },
    true,
  );

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-settings]")) return;
    event.preventDefault();
    const value = JSON.stringify(moved(form));
    const make = form.querySelector("[type=submit]");
    make.disabled = true;
    if (await clearmix.send({ kind: "set", value, label: "" })) form.reset(); // the server knows it
    else make.disabled = false;
  });

  // --- patching -----------------------------------------------------------------------------

  // Turns one element into another while keeping what the listener did to it: focus, scroll
  // positions, and which details are open.
  const patch = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      const kept = name === "open" || name === "tabindex";
      if (!kept && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const were = [...old.childNodes];
    const are = [...fresh.childNodes];
    are.forEach((now, place) => {
      const was = were[place];
      if (!was) old.append(now);
      else if (was.nodeName !== now.nodeName) was.replaceWith(now);
      else if (was.nodeType === Node.ELEMENT_NODE) patch(was, now);
      else if (was.nodeValue !== now.nodeValue) was.nodeValue = now.nodeValue;
    });
    were.slice(are.length).forEach((node) => node.remove());
  };

  const element = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  };

  Object.assign(clearmix, { patch, element });

  clearmix.log = (root, props, watch) => {
    const list = root.querySelector(".cm-log");
    const status = root.querySelector("[role=status]");
    let shown = [];
    let made = 0;
    // Whether the keyboard is in the conversation, also when what it was at is gone.
    let held = false;
    for (const kind of ["focusin", "pointerdown"]) {
      document.addEventListener(kind, ({ target }) => (held = list.contains(target)));
    }
    // Answers may overtake each other: of two tellings of a conversation the later one stays, and
    // one that was left does not come back.
    let telling = { thread: "", told: 0 };
    const left = new Set();
    const isLater = (html) => {
      const { thread, told } = element(html).dataset;
      const late = left.has(thread) || (thread === telling.thread && Number(told) < telling.told);
      if (late) return false;
      if (telling.thread !== thread) left.add(telling.thread);
      telling = { thread, told: Number(told) };
      return true;
    };
    const draw = () => {
      const turns = props.value || [];
      if (turns.length && !isLater(turns.at(-1))) return;
      list.querySelector(".is-sent")?.remove();
      const near = list.scrollHeight - list.scrollTop - list.clientHeight < 160;
      const more = turns.length > shown.length && shown.length > 0;
      turns.forEach((html, place) => {
        if (html === shown[place]) return;
        const fresh = element(html);
        const old = list.children[place];
        if (!old) list.append(fresh);
        else if (old.className !== fresh.className) old.replaceWith(fresh);
        else patch(old, fresh);
      });
      while (list.children.length > turns.length) list.lastElementChild.remove();
      const results = list.querySelectorAll(".cm-result").length;
      if (turns.length !== shown.length || results !== made) clearmix.line.tell();
      if (turns.length !== shown.length) lastBase = null; // the row of versions is drawn anew
      [shown, made] = [turns, results];
      const last = list.lastElementChild;
      const said = list.querySelectorAll(".cm-turn :is(h2, .cm-ask, .cm-moved)");
      const heading = last && said[said.length - 1];
      if (heading && status.textContent !== heading.textContent) {
        status.textContent = heading.textContent;
      }
      for (const address of list.querySelectorAll("[data-hear]")) {
        address.value = new URL(address.getAttribute("value"), location.href).href;
      }
      clearmix.player?.changed(list);
      requestAnimationFrame(() => showBase(list));
      showChosen();
      if (more || near) requestAnimationFrame(() => scrollToEnd(list));
      if (held && document.activeElement === document.body) {
        const turn = [...list.querySelectorAll(".cm-turn")].at(-1) || list;
        turn.tabIndex = turn === list ? 0 : -1;
        turn.focus({ preventScroll: true });
      }
    };
    watch("value", draw);
    draw();
    document.fonts.ready.then(() =>
      requestAnimationFrame(() => {
        showBase(list);
        scrollToEnd(list);
      }),
    );
  };

  // What was said, until the service answers.
  const showSent = (said) => {
    const list = document.querySelector(".cm-log");
    const turn = element('<li class="cm-turn is-sent"><p class="cm-words"></p></li>');
    turn.firstChild.textContent = said;
    list.insertBefore(turn, list.querySelector(".cm-board"));
    scrollToEnd(list);
    return turn;
  };

  // The version that the next words change is in view whenever it is another.
  let lastBase = null;
  const showBase = (list) => {
    const base = list.querySelector(".cm-history .is-base");
    const shown = base && `${base.innerText} ${base.offsetWidth}`;
    if (shown && shown !== lastBase) {
      const row = base.parentElement;
      row.scrollLeft += base.getBoundingClientRect().right - row.getBoundingClientRect().right + 8;
    }
    lastBase = shown;
  };

  // The song that the next words are about is marked on the shelf, and brought into view once.
  let lastChosen = null;
  const showChosen = () => {
    const chosen = document.querySelector(".cm-board")?.dataset.source;
    for (const song of document.querySelectorAll(".cm-song")) {
      const is = song.dataset.song === chosen;
      song.classList.toggle("is-chosen", is);
      song.querySelector(".cm-pick").setAttribute("aria-pressed", String(is));
      if (!is || chosen === lastChosen) continue;
      lastChosen = chosen;
      const list = song.parentElement;
      list.scrollTo({
        top: Math.max(0, song.offsetTop - list.offsetTop - list.clientHeight / 2),
        left: Math.max(0, song.offsetLeft - list.offsetLeft - list.clientWidth / 2 + 58),
      });
    }
  };

  const scrollToEnd = (list) => {
    if (list.scrollHeight > list.clientHeight + 4) list.scrollTop = list.scrollHeight;
    else if (list.querySelector(".cm-turn")) {
      list.lastElementChild.scrollIntoView({ block: "end" });
    }
  };

  clearmix.composer = (root, trigger) => {
    const form = root.querySelector("form");
    const words = form.elements.words;
    const grow = () => {
      words.style.height = "auto";
      words.style.height = `${Math.min(words.scrollHeight, 160)}px`;
    };
    clearmix.send = clearmix.line.through((message) => trigger("say", message));
    clearmix.line.onNews(() => trigger("say", { kind: "look" }));
    words.value = clearmix.kept("words", () => words.value);
    grow();
    words.addEventListener("input", grow);
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = words.value.trim();
      if (!said) return words.focus();
      words.value = "";
      grow();
      const sent = showSent(said);
      if (await clearmix.send({ kind: "say", value: said, label: said })) return;
      sent.remove();
      words.value = `${said}${words.value}`;
      grow();
    });
  };
})();
