import { Icon } from "../ui/Icon";
import { isSpeaking, setSpeaking } from "./speech";

/** A switch for the spoken count. */
export function SpeechToggle() {
  return (
    <label class="switch">
      <Icon name={isSpeaking.value ? "sound" : "mute"} />
      <span>Say the count aloud</span>
      <input
        type="checkbox"
        role="switch"
        checked={isSpeaking.value}
        aria-checked={isSpeaking.value}
        onChange={(event) => setSpeaking(event.currentTarget.checked)}
      />
    </label>
  );
}
