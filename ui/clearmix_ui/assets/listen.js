/* Clearmix pages: sends what the listener does to the server, patches what it answers into the
   page, and plays. Nothing here decides anything, and nothing is fetched from anywhere else. */
(() => {
  "use strict";
  if (window.clearmix) return;

  const REPORT_SECONDS = 30; // a listening counts from here on; the server checks it again
  const STEP_SECONDS = 2; // a longer step between two time updates is a jump, not listening
  const BARS = 160;

  const clearmix = (window.clearmix = { send: () => {} });
  const clock = (seconds) => {
    const whole = Math.max(0, Math.round(seconds || 0));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  // --- page ---------------------------------------------------------------------------------

  const THEME = "clearmix-theme";
  const themed = (dark) => document.body.classList.toggle("dark", dark);
  const chosen = localStorage.getItem(THEME);
  if (chosen) themed(chosen === "dark");

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button");
    if (!target) return;
    if (target.dataset.play) return void player.load(target.dataset.play, { toggle: true });
    if (target.dataset.compare) return void player.load(target.dataset.compare, { side: "b" });
    if (target.dataset.source) {
      return clearmix.send({ kind: "source", value: target.dataset.source, label: "" });
    }
    if (target.dataset.kind) {
      const { kind, value = "", label = "" } = target.dataset;
      if (kind === "cancel") target.disabled = true;
      return clearmix.send({ kind, value, label });
    }
    if ("themeSwitch" in target.dataset) {
      const dark = !document.body.classList.contains("dark");
      themed(dark);
      localStorage.setItem(THEME, dark ? "dark" : "light");
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.id !== "cm-find") return;
    const wanted = event.target.value.trim().toLowerCase();
    let found = 0;
    for (const song of document.querySelectorAll(".cm-song")) {
      song.hidden = !song.dataset.find.includes(wanted);
      found += song.hidden ? 0 : 1;
    }
    document.querySelector(".cm-none").hidden = found > 0;
  });

  // --- patching -----------------------------------------------------------------------------

  // Turns one element into another while keeping what the listener did to it: focus, scroll
  // positions, and which details are open.
  const patch = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
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
    const draw = () => {
      const turns = props.value || [];
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
      shown = turns;
      const last = list.lastElementChild;
      const heading = last && [...last.querySelectorAll("h2, .cm-ask, .cm-moved")].pop();
      if (heading && status.textContent !== heading.textContent) {
        status.textContent = heading.textContent;
      }
      player.mark();
      showChosen();
      if (more || near) requestAnimationFrame(() => scrollToEnd(list));
    };
    watch("value", draw);
    draw();
    document.fonts.ready.then(() => requestAnimationFrame(() => scrollToEnd(list)));
  };

  let lastChosen = null;
  const showChosen = () => {
    const song = document.querySelector(".cm-song.is-chosen");
    if (song && song.dataset.find !== lastChosen) {
      lastChosen = song.dataset.find;
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
    clearmix.send = (message) => trigger("say", message);
    words.addEventListener("input", grow);
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = words.value.trim();
      if (!said) return words.focus();
      clearmix.send({ kind: "say", value: said, label: said });
      words.value = "";
      grow();
    });
  };

  // --- player -------------------------------------------------------------------------------

  const player = {
    root: null,
    decks: {},
    side: "a",
    opened: () => {},

    mount(root, props, watch, trigger) {
      this.root = root.querySelector(".cm-player");
      watch("value", () => {
        this.find(".cm-arrangement").innerHTML = props.value || "";
        this.draw();
      });
      this.opened = (item) => trigger("opened", { item });
      for (const side of ["a", "b"]) {
        const audio = this.find(`audio[data-deck=${side}]`);
        this.decks[side] = { audio, info: null, heard: 0, at: 0, reported: false };
        audio.addEventListener("timeupdate", () => this.tick(side));
        audio.addEventListener("play", () => this.draw());
        audio.addEventListener("pause", () => this.draw());
        audio.addEventListener("ended", () => this.draw());
        audio.addEventListener("error", () => this.failed(side));
      }
      this.find(".cm-toggle").addEventListener("click", () => this.toggle());
      this.find(".cm-seek").addEventListener("input", (event) => this.seek(event.target.value / 1000));
      this.find(".cm-volume input").addEventListener("input", () => this.level());
      this.find(".cm-more-switch").addEventListener("click", (event) => {
        const open = document.body.classList.toggle("cm-open");
        event.currentTarget.setAttribute("aria-expanded", String(open));
      });
      for (const button of this.root.querySelectorAll(".cm-ab button")) {
        button.addEventListener("click", () => this.switchTo(button.dataset.side));
      }
    },

    find(selector) {
      return this.root.querySelector(selector);
    },

    get deck() {
      return this.decks[this.side];
    },

    async ask(item) {
      const answer = await fetch(`/api/streams/${encodeURIComponent(item)}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: "{}",
      });
      const said = await answer.json().catch(() => ({}));
      if (answer.status === 401) location.assign("/sign-in");
      if (!answer.ok) throw new Error([said.detail, said.help].filter(Boolean).join(" "));
      return said;
    },

    async load(item, { side = "a", toggle = false } = {}) {
      const same = this.decks.a.info && this.decks.a.info.item === item;
      if (same && toggle && this.side === "a") return this.toggle();
      try {
        if (!same) {
          this.pause();
          this.root.dataset.state = "loading";
          await this.take("a", await this.ask(item));
          this.clear("b");
          this.side = "a";
          this.opened(item);
        }
        if (side !== this.side) await this.switchTo(side);
        await this.start();
      } catch (error) {
        this.trouble(error.message);
      }
    },

    take(side, info, at = 0) {
      const deck = this.decks[side];
      Object.assign(deck, { info, heard: 0, at: 0, reported: false });
      this.trouble("");
      return clearmixStream.attach(deck.audio, info, {
        at,
        stopped: (reason) => this.trouble(reason),
      });
    },

    clear(side) {
      const deck = this.decks[side];
      Object.assign(deck, { info: null, heard: 0, at: 0, reported: false });
      clearmixStream.detach(deck.audio);
    },

    async start() {
      const { audio } = this.deck;
      this.level();
      this.draw();
      await audio.play().catch((error) => {
        if (error.name !== "AbortError" && error.name !== "NotSupportedError") throw error;
      });
    },

    pause() {
      for (const deck of Object.values(this.decks)) deck.audio.pause();
    },

    async toggle() {
      const deck = this.deck;
      if (!deck.info) return;
      if (!deck.audio.paused) return deck.audio.pause();
      if (deck.audio.ended) await this.take(this.side, await this.ask(deck.info.item)); // a new listening
      await this.start();
    },

    async switchTo(side) {
      if (side === this.side) return;
      const main = this.decks.a.info;
      if (!main || !main.compare_with) return;
      const from = this.deck;
      const playing = !from.audio.paused;
      try {
        if (!this.decks.b.info) await this.take("b", await this.ask(main.compare_with));
      } catch (error) {
        return this.trouble(error.message);
      }
      const pace = side === "b" ? main.compare_seconds : 1 / main.compare_seconds;
      const to = this.decks[side];
      const place = Math.min(from.audio.currentTime * pace, Math.max(0, to.info.seconds - 1));
      from.audio.pause();
      this.side = side;
      to.audio.currentTime = to.at = place;
      if (playing) await this.start();
      else this.draw();
    },

    // Both sides of a comparison are as loud as the quieter one.
    level() {
      const volume = this.find(".cm-volume input").value / 100;
      const { a, b } = this.decks;
      const quieter = Math.min(a.info?.lufs ?? 0, b.info?.lufs ?? 0);
      for (const deck of [a, b]) {
        const gain = a.info && b.info ? 10 ** ((quieter - deck.info.lufs) / 20) : 1;
        deck.audio.volume = volume * Math.min(1, gain);
      }
    },

    seek(fraction) {
      const { audio, info } = this.deck;
      if (!info) return;
      audio.currentTime = this.deck.at = fraction * info.seconds;
      this.draw();
    },

    tick(side) {
      const deck = this.decks[side];
      const step = deck.audio.currentTime - deck.at;
      if (step > 0 && step < STEP_SECONDS) deck.heard += step;
      deck.at = deck.audio.currentTime;
      if (deck.heard >= REPORT_SECONDS && !deck.reported) {
        deck.reported = true;
        fetch("/plays", {
          method: "POST",
          keepalive: true,
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ play_token: deck.info.play_token, seconds: deck.heard }),
        });
      }
      this.draw();
    },

    async failed(side) {
      const deck = this.decks[side];
      if (!deck.info || !deck.audio.getAttribute("src") || deck.failed === deck.at) return;
      try {
        const place = (deck.failed = deck.at); // where it failed before, it is not tried again
        await this.take(side, await this.ask(deck.info.item), place);
        this.trouble("The stream was interrupted. Press play to go on.");
        deck.audio.currentTime = deck.at = place;
      } catch (error) {
        this.trouble(error.message);
      }
    },

    trouble(text) {
      const line = this.find(".cm-trouble");
      line.textContent = text;
      line.hidden = !text;
      if (text) this.root.dataset.state = "trouble";
    },

    draw() {
      const main = this.decks.a.info;
      const { audio, info } = this.deck;
      if (!main || !info) return;
      const playing = !audio.paused && !audio.ended;
      this.root.dataset.state = playing ? "playing" : "paused";
      document.body.classList.add("cm-has-player");
      const remix = info.kind === "remix";
      const art = this.find(".cm-art img");
      const cover = `/covers/${encodeURIComponent(remix ? info.compare_with : info.item)}.svg`;
      const source = remix ? `${cover}?remixed=1` : cover;
      if (art.getAttribute("src") !== source) art.src = source;
      art.hidden = false;
      this.find(".cm-ai").hidden = !remix;
      this.find(".cm-original").hidden = remix;
      for (const [selector, text] of [
        [".cm-title", info.title],
        [".cm-artist", info.artists.join(", ")],
        [".cm-at", clock(audio.currentTime)],
        [".cm-of", clock(info.seconds)],
        [".cm-label", info.label],
        [".cm-original", info.badge],
      ]) {
        const line = this.find(selector);
        if (line.textContent !== text) line.textContent = text;
      }
      this.find(".cm-label").hidden = !info.label;
      const group = this.find(".cm-ab");
      group.hidden = !main.compare_with;
      for (const button of group.children) {
        button.setAttribute("aria-pressed", String(button.dataset.side === this.side));
      }
      const toggle = this.find(".cm-toggle");
      toggle.disabled = false;
      toggle.setAttribute("aria-label", playing ? "Pause" : "Play");
      const fraction = info.seconds ? audio.currentTime / info.seconds : 0;
      const seek = this.find(".cm-seek");
      seek.disabled = false;
      seek.value = Math.round(1000 * fraction);
      seek.setAttribute("aria-valuetext", `${clock(audio.currentTime)} of ${clock(info.seconds)}`);
      this.wave(info, fraction);
      this.arrangement(main, fraction);
      this.mark();
      if ("mediaSession" in navigator && navigator.mediaSession.metadata?.title !== info.title) {
        navigator.mediaSession.metadata = new MediaMetadata({
          title: info.title,
          artist: info.artists.join(", "),
        });
      }
    },

    wave(info, fraction) {
      const picture = this.find(".cm-wave svg");
      if (picture.dataset.item !== info.item) {
        picture.dataset.item = info.item;
        const width = 640 / info.waveform.length;
        picture.replaceChildren(
          ...info.waveform.map((peak, place) => {
            const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
            const height = Math.max(3, 78 * (peak / 100) ** 1.7); // masters are dense: show shape
            bar.setAttribute("x", place * width);
            bar.setAttribute("y", 40 - height / 2);
            bar.setAttribute("width", width * 0.62);
            bar.setAttribute("height", height);
            bar.setAttribute("rx", width * 0.3);
            return bar;
          }),
        );
      }
      const played = Math.round(fraction * (info.waveform.length || BARS));
      [...picture.children].forEach((bar, place) => bar.classList.toggle("is-past", place < played));
    },

    // The timeline of a remix under its waveform. Beside the original it stays, without a position.
    arrangement(main, fraction) {
      const timeline = this.find(".cm-timeline");
      if (!timeline) return;
      const away = this.side !== "a";
      timeline.hidden = timeline.dataset.item !== main.item;
      timeline.classList.toggle("is-away", away);
      this.find(".cm-playhead").style.left = `${100 * fraction}%`;
      const parts = [...timeline.querySelectorAll(".cm-parts li")];
      const now = away ? null : parts.findLast((part) => part.dataset.from <= fraction) || parts[0];
      for (const part of parts) part.setAttribute("aria-current", String(part === now));
      const plays = now && now.dataset.plays.split(" ");
      [...timeline.querySelectorAll(".cm-key li")].forEach((player, place) => {
        player.classList.toggle("is-quiet", Boolean(plays) && !plays.includes(String(place)));
      });
    },

    // Every play button of the item that is heard shows that it is playing.
    mark() {
      const info = this.decks.a?.info;
      for (const button of document.querySelectorAll("[data-play]")) {
        const on = Boolean(info && info.item === button.dataset.play);
        button.classList.toggle("is-on", on && !this.deck.audio.paused);
      }
    },
  };

  clearmix.player = (...page) => player.mount(...page);
})();
