/** The count, said aloud. Whether it is, is remembered on this device. */
import { signal } from "@preact/signals";
import { profile } from "../api/profile";

const KEY = "spoken-count";

export const isSpeaking = signal(localStorage.getItem(KEY) !== "off");

export function setSpeaking(speaks: boolean): void {
  isSpeaking.value = speaks;
  localStorage.setItem(KEY, speaks ? "on" : "off");
  if (!speaks) globalThis.speechSynthesis?.cancel();
}

/** The language of sentences. Numbers are said in the person's. */
export const PAGE_LANGUAGE = "en";

/** Say a text at once, instead of what is being said. */
export function say(text: string, language: string = profile.peek()?.locale || navigator.language): void {
  if (!isSpeaking.peek() || !("speechSynthesis" in globalThis)) return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = language;
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}

/** Say nothing, while a button is pressed: some browsers speak later only if they spoke then. */
export function unlockSpeech(): void {
  say("");
}
