/* The player of the Clearmix pages: two decks, one for what is heard and one for its original or
   another version of it, on the streams of the service. */
(() => {
  "use strict";
  const { clearmix } = window;
  if (!clearmix || clearmix.player) return;

  const REPORT_SECONDS = 30; // a listening counts from here on; the server checks it again
  const STEP_SECONDS = 2; // a longer step between two time updates is a jump, not listening
  const UNKNOWN = Array(64).fill(12); // the shape of a sound that is not there as a whole yet
  const PREVIEW_MS = 700; // between two looks whether a render can be heard yet

  const clock = (seconds) => {
    const whole = Math.max(0, Math.round(seconds || 0));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

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
        audio.addEventListener("ended", () => this.ended(side));
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

    // What a deck needs of an item; null while there is too little of a preview to hear.
    async ask(item, kind = "streams") {
      const answer = await fetch(`/api/${kind}/${encodeURIComponent(item)}`, { method: "POST" }).catch(() => {
        clearmix.line.check();
        throw new Error("The service cannot be reached. Try again in a moment.");
      });
      const said = await answer.json().catch(() => ({}));
      if (answer.status === 401) {
        const here = encodeURIComponent(location.pathname + location.search);
        location.assign(`/sign-in?next=${here}`);
      }
      if (answer.status === 202) return null;
      if (!answer.ok) throw new Error([said.detail, said.help].filter(Boolean).join(" "));
      return said;
    },

    again(info) {
      return info.job ? this.previewed(info.job) : this.ask(info.item);
    },

    async previewed({ job, title, cover }) {
      const said = await this.ask(job, "previews");
      return said && {
        ...said, job: { job, title, cover }, item: job, kind: "remix", title, artists: [], badge: "AI-made",
        label: "A preview, while it is being made. The finished remix is mastered, marked and read back.",
        made_by: "listener-ai", seconds: 0, lufs: -14, waveform: UNKNOWN, compare_with: null, cover,
      }; // prettier-ignore
    },

    // Hears a render that is still being made, as soon as there is enough of it.
    async preview({ preview: job, title, cover }) {
      if (this.decks.a.info?.item === job) return this.toggle();
      const wanted = (this.wanted = job);
      this.pause();
      this.root.dataset.state = "loading";
      this.trouble("");
      document.body.classList.add("cm-has-player");
      this.find(".cm-title").textContent = title;
      this.find(".cm-artist").textContent = "Being made: it plays as soon as there is enough to hear";
      try {
        let info = null;
        while (!info) {
          info = await this.previewed({ job, title, cover });
          if (this.wanted !== wanted) return;
          if (!info) await new Promise((later) => setTimeout(later, PREVIEW_MS));
        }
        this.clear("b");
        this.side = "a";
        this.find(".cm-arrangement").replaceChildren();
        await this.take("a", info);
        await this.start();
      } catch (error) {
        this.trouble(error.message);
      }
    },

    async load(item, { side = "a", toggle = false, at = 0, play = true, versus = null } = {}) {
      this.wanted = item;
      const same = this.decks.a.info && this.decks.a.info.item === item;
      if (same && toggle && this.side === "a") return this.toggle();
      try {
        if (!same) {
          this.pause();
          this.root.dataset.state = "loading";
          const info = await this.ask(item);
          if (this.wanted !== item) return;
          await this.take("a", info, at);
          this.clear("b");
          this.side = "a";
          this.opened(item);
        }
        await this.against(versus);
        if (side !== this.side) await this.switchTo(side);
        if (play) await this.start();
        else this.draw();
      } catch (error) {
        this.trouble(error.message);
      }
    },

    take(side, info, at = 0) {
      const deck = this.decks[side];
      Object.assign(deck, { info, heard: 0, at, reported: !info.play_token });
      this.trouble("");
      return clearmixStream
        .attach(deck.audio, info, { at, stopped: (reason) => this.stopped(reason) })
        .then(() => at && (deck.audio.currentTime = at));
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
        const quiet = ["AbortError", "NotSupportedError", "NotAllowedError"];
        if (!quiet.includes(error.name)) throw error;
      });
    },

    pause() {
      for (const deck of Object.values(this.decks)) deck.audio.pause();
    },

    async toggle() {
      const deck = this.deck;
      if (!deck.info) return;
      if (!deck.audio.paused) return deck.audio.pause();
      const attached = deck.audio.getAttribute("src") || deck.audio.clearmixHls;
      if (deck.audio.ended || !attached) await this.take(this.side, await this.again(deck.info)); // a new listening
      await this.start();
    },

    // What is compared with: another version, or else the original.
    get beside() {
      const main = this.decks.a.info;
      if (main?.versus) return main.versus;
      return main?.compare_with ? { item: main.compare_with, names: ["Remix", "Original"] } : null;
    },

    async against(versus) {
      const main = this.decks.a.info;
      if (main.versus?.item === versus?.item) return;
      if (this.side === "b") await this.switchTo("a");
      main.versus = versus;
      this.clear("b");
    },

    async switchTo(side) {
      const { beside } = this;
      if (side === this.side || !beside) return;
      const from = this.deck;
      const playing = !from.audio.paused;
      const to = this.decks[side];
      const placeIn = (info) => {
        const main = this.decks.a.info;
        const other = side === "b" ? info : from.info;
        const pace = main.versus ? other.seconds / main.seconds : main.compare_seconds;
        const seconds = from.audio.currentTime * (side === "b" ? pace : 1 / pace);
        return Math.min(seconds, Math.max(0, info.seconds - 1));
      };
      try {
        if (!to.info) {
          const info = await this.ask(beside.item);
          await this.take(side, info, placeIn(info));
        }
      } catch (error) {
        return this.trouble(error.message);
      }
      const place = placeIn(to.info);
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

    // The whole length; of what is still being made, as much as there is.
    seconds() {
      const { audio, info } = this.deck;
      if (info.seconds) return info.seconds;
      const ends = [audio.seekable, audio.buffered].map((some) => (some.length ? some.end(some.length - 1) : 0));
      return Math.max(audio.currentTime, ...ends.filter(Number.isFinite));
    },

    ended(side) {
      const { info } = this.decks[side];
      const finished = this.find(".cm-finished").dataset.play;
      if (info?.job && finished) return void this.load(finished, { at: this.decks[side].at });
      this.draw();
    },

    // The conversation has changed: a render that was heard while it was made may be finished.
    changed(list) {
      const { info } = this.decks.a ?? {};
      const made = info?.job && list.querySelector(`.cm-result[data-job="${info.job.job}"]`);
      const button = this.root?.querySelector(".cm-finished");
      if (button) {
        button.hidden = !made;
        button.dataset.play = made ? made.dataset.render : "";
      }
      this.mark();
    },

    seek(fraction) {
      const { audio, info } = this.deck;
      if (!info) return;
      audio.currentTime = this.deck.at = fraction * this.seconds();
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
        await this.take(side, await this.again(deck.info), place);
        this.trouble("The stream was interrupted. Press play to go on.");
      } catch (error) {
        this.trouble(error.message);
      }
    },

    // A stream that ended because it may not be heard any more: the page around it says so too.
    stopped(reason) {
      this.trouble(reason);
      clearmix.line.news();
    },

    trouble(text) {
      const line = this.find(".cm-trouble");
      line.textContent = text;
      line.hidden = !text;
      if (text) {
        this.root.dataset.state = "trouble";
        document.body.classList.add("cm-has-player");
      }
    },

    draw() {
      const main = this.decks.a.info;
      const { audio, info } = this.deck;
      if (!main || !info) return;
      if (this.root.dataset.state === "trouble" && audio.paused) return;
      const playing = !audio.paused && !audio.ended;
      this.root.dataset.state = playing ? "playing" : "paused";
      clearmix.name(playing ? info.title : "");
      document.body.classList.add("cm-has-player");
      const remix = info.kind === "remix";
      const art = this.find(".cm-art img");
      const pictured = remix ? info.cover || info.compare_with || info.item : info.item;
      const cover = `/covers/${encodeURIComponent(pictured)}.svg`;
      const seconds = this.seconds();
      const source = remix ? `${cover}?remixed=1` : cover;
      if (art.getAttribute("src") !== source) art.src = source;
      art.hidden = false;
      const made = info.made_by.endsWith("-ai");
      this.find(".cm-ai").hidden = !made;
      this.find(".cm-original").hidden = made;
      if (!info.job) this.find(".cm-finished").hidden = true;
      for (const [selector, text] of [
        [".cm-title", info.title],
        [".cm-artist", info.artists.join(", ")],
        [".cm-at", clock(audio.currentTime)],
        [".cm-of", info.seconds ? clock(seconds) : `${clock(seconds)} so far`],
        [made ? ".cm-badge-words" : ".cm-original", info.badge],
        [".cm-label", info.label],
      ]) {
        const line = this.find(selector);
        if (line.textContent !== text) line.textContent = text;
      }
      this.find(".cm-label").hidden = !info.label;
      const group = this.find(".cm-ab");
      const { beside } = this;
      group.hidden = !beside;
      [...group.children].forEach((button, place) => {
        if (beside && button.textContent !== beside.names[place]) button.textContent = beside.names[place];
        button.setAttribute("aria-pressed", String(button.dataset.side === this.side));
      });
      const toggle = this.find(".cm-toggle");
      toggle.disabled = false;
      toggle.setAttribute("aria-label", playing ? "Pause" : "Play");
      const fraction = seconds ? Math.min(1, audio.currentTime / seconds) : 0;
      const seek = this.find(".cm-seek");
      seek.disabled = false;
      seek.value = Math.round(1000 * fraction);
      seek.setAttribute("aria-valuetext", `${clock(audio.currentTime)} of ${clock(seconds)}`);
      this.wave(info, fraction);
      this.arrangement(main, fraction);
      this.mark();
      if ("mediaSession" in navigator && !navigator.mediaSession.metadata?.title.startsWith(info.title)) {
        navigator.mediaSession.metadata = new MediaMetadata({
          title: made ? `${info.title} [${info.badge}]` : info.title,
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
      const played = Math.round(fraction * picture.children.length);
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
      for (const button of document.querySelectorAll("[data-play]:not(.cm-finished), [data-preview]")) {
        const on = Boolean(info && info.item === (button.dataset.play || button.dataset.preview));
        button.classList.toggle("is-on", on && !this.deck.audio.paused);
        button.setAttribute("aria-pressed", String(button.matches(".is-on")));
      }
    },
  };

  clearmix.player = player;
  clearmix.mount = (...page) => player.mount(...page);
})();
