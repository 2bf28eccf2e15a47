/** The cameras of the device, and which of them the person has chosen. */

const KEY = "camera";
// Enough to find a body, and small enough for a phone.
const SIZE = { width: { ideal: 640 }, height: { ideal: 480 } };
const OTHER_SIDE: Readonly<Record<string, string>> = { user: "environment", environment: "user" };

type Settings = Pick<MediaTrackSettings, "deviceId" | "facingMode">;

/** Open the camera that was chosen last on this device, or the one that looks at the person. Rejects with DOMException. */
export async function openChosenCamera(): Promise<MediaStream> {
  const { facingMode, deviceId } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Settings;
  if (deviceId && !facingMode) {
    // Chromium ignores an id that is not exact. A camera that is gone is no reason to open none.
    const stream = await open({ deviceId: { exact: deviceId } }).catch(() => null);
    if (stream !== null) return stream;
  }
  return await open({ facingMode: facingMode ?? "user" });
}

/**
 * Close a camera and open another one: that of the other side of a phone, elsewhere the next one. Where no other one opens,
 * the former opens again. Rejects with DOMException if that does not open either.
 */
export async function openOtherCamera(former: MediaStream): Promise<MediaStream> {
  const settings = former.getVideoTracks()[0]?.getSettings() ?? {};
  const choices = listOthers(settings, await listCameraIds());
  // Phones open one camera at a time.
  stopStream(former);
  for (const choice of choices) {
    const stream = await open(choice).catch(() => null);
    if (stream === null) continue;
    const { facingMode, deviceId } = stream.getVideoTracks()[0]?.getSettings() ?? {};
    localStorage.setItem(KEY, JSON.stringify({ facingMode, deviceId }));
    return stream;
  }
  return await open(settings.deviceId ? { deviceId: { exact: settings.deviceId } } : {});
}

function open(choice: MediaTrackConstraints): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { ...SIZE, ...choice }, audio: false });
}

/** Return the ids of the cameras. Browsers tell them once the person has allowed one. */
export async function listCameraIds(): Promise<string[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
}

/** Return what to open instead of a camera, the best first. */
export function listOthers({ facingMode, deviceId }: Settings, ids: readonly string[]): MediaTrackConstraints[] {
  const at = ids.indexOf(deviceId ?? "");
  const others = [...ids.slice(at + 1), ...ids.slice(0, Math.max(0, at))];
  const side = OTHER_SIDE[facingMode ?? ""];
  return [
    ...(side === undefined ? [] : [{ facingMode: { exact: side } }]),
    ...others.map((id) => ({ deviceId: { exact: id } })),
  ];
}

/** Whether a picture is shown as in a mirror, as people expect it of a camera that looks at them. */
export function looksAtPerson(stream: MediaStream): boolean {
  return stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
}

export function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
