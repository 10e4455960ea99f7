/* Clearmix pages: whether the service is there and who is signed in by now. What is done while it
   is away is not lost but said not to have been sent, and an open page goes on when it is back. */
(() => {
  "use strict";
  const { clearmix } = window;
  if (!clearmix || clearmix.line) return;

  const PATIENCE_MS = 8000; // for an answer; a slower line is as none
  const LOOK_MS = 20000; // between two looks of an open page that shows nothing new
  const BUSY_MS = 2000; // between two looks where something is being made, or the service is away
  const STALE_MS = 3000; // after which a page that comes to the front asks what is new
  const GLAD_MS = 3000; // how long it is said that the service is back
  const SPREAD_MS = 1500; // over which the open pages of a service ask what is new, not all at once

  const WORDS = {
    away: ["The service cannot be reached.", "This page goes on once it is back."],
    out: ["You are signed out.", "What you see is from before."],
    other: ["Somebody else has signed in here.", "What you see is from before."],
    back: ["Connected again.", ""],
  };

  const line = (clearmix.line = {
    state: "here",
    user: null,
    asked: 0, // how often it was looked
    told: 0, // the last look that was answered
    looked: 0, // when the service last answered, on the page's clock
    ended: 0, // when the stream of the framework's answers last ended
    busy: false, // whether something was going on when the service went away
    own: false, // whether what is drawn next comes of something done on this page
    later: [],

    // What an open page does to show what is new; it is told whether the service was away.
    onNews(show) {
      this.later.push(show);
      hear();
    },

    news(wasAway = false) {
      this.own = false;
      this.later.forEach((show) => show(wasAway));
    },

    // A way to send that says whether it was sent.
    through(send) {
      return async (message) => {
        if (!(await this.check())) return false;
        this.own = true;
        send(message);
        return true;
      };
    },

    // Whether a message would arrive, as the one who is shown here.
    async check() {
      let state = "away";
      const mine = (this.asked += 1);
      try {
        const answer = await fetch("/app/who", {
          cache: "no-store",
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        if (answer.status === 401) state = "out";
        else if (answer.ok) {
          const { user } = await answer.json();
          this.user ??= user;
          state = user === this.user ? "here" : "other";
        } else if (answer.status < 500) state = "here"; // too many at once, and the like
      } catch {
        // away
      }
      if (mine > this.told) this.turn(state); // a later question may have been answered first
      this.told = Math.max(this.told, mine);
      return this.state === "here";
    },

    turn(state) {
      const before = this.state;
      this.state = state;
      const looked = this.looked;
      if (state !== "away") this.looked = performance.now();
      if (state === before) return;
      if (before === "here") this.busy = this.going();
      // The framework never opens a stream of answers again that broke: the page begins anew.
      if (before === "away" && (this.busy || this.ended > looked)) return location.reload();
      document.body.classList.toggle("cm-away", state !== "here");
      this.say(state === "here" ? "back" : state);
      if (state === "here") this.news(before === "away");
      hear();
    },

    going() {
      return document.querySelector("#cm-page :is(.cm-progress, .cm-doing)") !== null;
    },

    look() {
      if (document.visibilityState !== "visible") return;
      const soon = this.state === "away" || this.going();
      if (soon || performance.now() - this.looked > LOOK_MS) this.check();
    },

    say(what) {
      const bar = this.bar();
      const [bold, quiet] = WORDS[what];
      bar.querySelector("b").textContent = bold;
      bar.querySelector("span").textContent = quiet;
      const go = bar.querySelector("a");
      const here = location.pathname + location.search;
      go.hidden = what !== "out" && what !== "other";
      go.textContent = what === "out" ? "Sign in" : "Show theirs";
      go.href = what === "out" ? `/sign-in?next=${encodeURIComponent(here)}` : here;
      bar.dataset.state = what;
      bar.hidden = false;
      clearTimeout(this.glad);
      if (what === "back") this.glad = setTimeout(() => (bar.hidden = true), GLAD_MS);
    },

    bar() {
      const known = document.querySelector(".cm-signal");
      if (known) return known;
      const bar = document.createElement("div");
      bar.className = "cm-signal";
      bar.hidden = true;
      bar.innerHTML = '<p role="status"><b></b> <span></span></p><a class="cm-chip is-strong"></a>';
      document.querySelector("#cm-page")?.append(bar);
      return bar;
    },

    // Other tabs show the same conversation: they hear that it has gone on.
    tell() {
      if (this.own) channel.postMessage("news");
    },
  });

  // What is being written outlives the page, which may have to begin anew, but not the sign-in.
  let leaving = false;
  clearmix.kept = (name, current) => {
    const keep = () => leaving || sessionStorage.setItem(name, current());
    window.addEventListener("pagehide", keep);
    return sessionStorage.getItem(name) || "";
  };
  document.addEventListener("submit", ({ target }) => {
    if (target.getAttribute("action") !== "/sign-out") return;
    leaving = true;
    sessionStorage.clear();
  });

  setInterval(() => line.look(), BUSY_MS);
  new PerformanceObserver((seen) => {
    if (!seen.getEntries().some((one) => one.name.includes("/queue/data"))) return;
    line.ended = performance.now();
    line.check(); // whether it ended because everything was said
  }).observe({ type: "resource" });

  // The service says when rights, or what is shared, have changed. Only a page in view listens: a
  // browser has few connections to one service for all of its tabs.
  let source = null;
  let known = null;
  const hear = () => {
    const wanted = document.visibilityState === "visible" && line.state === "here";
    if (source && (!wanted || source.readyState === EventSource.CLOSED)) source = void source.close();
    if (!wanted || source || !line.later.length) return;
    source = new EventSource("/app/news");
    source.onmessage = ({ data }) => {
      if (known !== null && data !== known) setTimeout(() => line.news(), Math.random() * SPREAD_MS);
      known = data;
    };
  };

  const channel = new BroadcastChannel("clearmix");
  channel.onmessage = () => line.state === "here" && line.news();

  document.addEventListener("visibilitychange", async () => {
    hear();
    if (document.visibilityState !== "visible") return void (line.left = Date.now());
    if ((await line.check()) && Date.now() - line.left > STALE_MS) line.news();
  });
  for (const name of ["online", "offline", "pageshow"]) {
    window.addEventListener(name, () => line.check());
  }
})();
