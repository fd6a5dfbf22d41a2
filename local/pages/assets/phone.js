// Lets the desk phone sound, read aloud and take keys of the keyboard. Without this script the page still answers calls.

const tools = document.querySelector('.phone-tools');
const stage = document.querySelector('[data-phone]');
const plainTitle = document.title;

/** What the reader has chosen; of the sound, a browser wants to be asked again on each visit. */
const remembered = (name) => {
  try {
    return localStorage.getItem(name) === 'on';
  } catch {
    return false;
  }
};
const remember = (name, isOn) => {
  try {
    localStorage.setItem(name, isOn ? 'on' : 'off');
  } catch {
    // A browser that keeps nothing asks again.
  }
};

let sound;
let ringTimer;

/** One ring of a Japanese telephone: 400 Hz, sixteen times a second louder and softer, for a second. */
function ringOnce() {
  if (sound?.state !== 'running') return;
  const now = sound.currentTime;
  const tone = new OscillatorNode(sound, { frequency: 400 });
  const beat = new OscillatorNode(sound, { frequency: 16, type: 'square' });
  const depth = new GainNode(sound, { gain: 0.06 });
  const volume = new GainNode(sound, { gain: 0.06 });
  beat.connect(depth).connect(volume.gain);
  tone.connect(volume).connect(sound.destination);
  for (const part of [tone, beat]) {
    part.start(now);
    part.stop(now + 1);
  }
}

function setRinging(isRinging) {
  document.title = isRinging ? `${tools.dataset.ringingTitle} · ${plainTitle}` : plainTitle;
  if (isRinging && ringTimer === undefined) {
    ringOnce();
    ringTimer = setInterval(ringOnce, 3000);
  } else if (!isRinging && ringTimer !== undefined) {
    clearInterval(ringTimer);
    ringTimer = undefined;
  }
}

let spoken = '';

function speak() {
  const said = stage.querySelector('[data-speak]');
  if (!said) {
    if (spoken !== '') speechSynthesis.cancel();
    spoken = '';
    return;
  }
  if (said.dataset.speak === spoken || voiceButton.getAttribute('aria-pressed') !== 'true') return;
  spoken = said.dataset.speak;
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(said.textContent);
  words.lang = said.closest('[lang]').lang;
  speechSynthesis.speak(words);
}

const soundButton = tools.querySelector('[data-sound]');
const voiceButton = tools.querySelector('[data-voice]');

function show(button, isOn) {
  button.setAttribute('aria-pressed', String(isOn));
  button.textContent = isOn ? button.dataset.on : button.dataset.off;
}

soundButton.addEventListener('click', async () => {
  const isOn = soundButton.getAttribute('aria-pressed') !== 'true';
  if (isOn) {
    sound ??= new AudioContext();
    await sound.resume();
    if (stage.querySelector('[data-ringing]')) ringOnce();
  } else await sound?.suspend();
  show(soundButton, isOn);
});

voiceButton.addEventListener('click', () => {
  const isOn = voiceButton.getAttribute('aria-pressed') !== 'true';
  show(voiceButton, isOn);
  remember('mimamori-voice', isOn);
  spoken = '';
  if (isOn) speak();
  else speechSynthesis.cancel();
});

document.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey, repeat, target }) => {
  if (ctrlKey || metaKey || altKey || repeat || target.closest?.('input, textarea, select')) return;
  const pad = stage.querySelector('[data-keys]');
  [...(pad?.querySelectorAll('[data-key]') ?? [])].find((one) => one.dataset.key === key)?.click();
});

function look() {
  setRinging(stage.querySelector('[data-ringing]') !== null);
  if ('speechSynthesis' in window) speak();
  for (const hint of stage.querySelectorAll('[data-scripted][hidden]')) hint.hidden = false;
}

if (!('AudioContext' in window)) soundButton.remove();
if (!('speechSynthesis' in window)) voiceButton.remove();
else show(voiceButton, remembered('mimamori-voice'));
tools.hidden = false;
new MutationObserver(look).observe(stage, { childList: true, subtree: true });
look();
