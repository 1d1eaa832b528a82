// That a code was read is heard and felt, where the device can and the person wants it.

import { recall, remember } from "$lib/table/remember";

const MEMORY = "scan.sound";
let audio: AudioContext | undefined;

export const soundOn = () => recall(MEMORY, true);
export const setSound = (on: boolean) => remember(MEMORY, on);

export function tick(): void {
  // Browsers allow both only after a first touch.
  if (!navigator.userActivation?.hasBeenActive) return;
  navigator.vibrate?.(60);
  if (soundOn()) beep();
}

/** A short high tone that swells and falls, so that it does not crack. */
function beep(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
    const [from, to] = [audio.currentTime, audio.currentTime + 0.09];
    const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = 1320;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.12, from + 0.01);
    loudness.gain.linearRampToValueAtTime(0, to);
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(to);
  } catch {
    // A device without sound shows the tick.
  }
}
