/* Playing a stream of Clearmix in an audio element: by the browser itself where it can, else by
   hls.js; and stopping at once when the service says so. */
(() => {
  "use strict";
  if (window.clearmixStream) return;

  const HLS = "/assets/hls.light.min.js";
  const AHEAD_SECONDS = 10; // the service holds back what lies further ahead than twice that
  let library = null;

  const load = () => {
    library ||= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = HLS;
      script.onload = () => done(window.Hls);
      script.onerror = () => failed(new Error("The player could not be loaded."));
      document.head.append(script);
    });
    return library;
  };

  const detach = (audio) => {
    audio.clearmixEvents?.close();
    audio.clearmixHls?.destroy();
    audio.clearmixEvents = audio.clearmixHls = null;
    audio.removeAttribute("src");
    audio.load();
  };

  // AAC plays nearly everywhere. Opus takes fewer bits: for who saves them, or cannot play AAC.
  const choose = (info) => {
    const plays = (codec) => window.MediaSource?.isTypeSupported(`audio/mp4; codecs="${codec}"`);
    const saving = navigator.connection?.saveData || (window.MediaSource && !plays("mp4a.40.2"));
    return info.opus_url && saving && plays("opus") ? info.opus_url : info.url;
  };

  // `info` is what the service answered: `url`, `opus_url` and `events`. `stopped` is told why it may not go on.
  const attach = async (audio, info, { at = 0, stopped = () => {}, native = true } = {}) => {
    detach(audio);
    const stop = (reason) => {
      audio.pause();
      detach(audio);
      stopped(reason);
    };
    const events = (audio.clearmixEvents = new EventSource(info.events));
    events.addEventListener("stop", (event) => stop(event.data));
    if (native && audio.canPlayType("application/vnd.apple.mpegurl")) {
      audio.src = choose(info);
      return;
    }
    const Hls = await load();
    if (!Hls.isSupported()) throw new Error("This browser cannot play streams.");
    if (audio.clearmixEvents !== events) return; // something else was attached meanwhile
    const hls = (audio.clearmixHls = new Hls({
      enableWorker: false,
      maxBufferLength: AHEAD_SECONDS,
      maxMaxBufferLength: AHEAD_SECONDS,
      startPosition: at,
    }));
    hls.on(Hls.Events.ERROR, (event, error) => {
      if (error.fatal) audio.dispatchEvent(new Event("error"));
    });
    hls.loadSource(choose(info));
    hls.attachMedia(audio);
  };

  window.clearmixStream = { attach, detach };
})();
